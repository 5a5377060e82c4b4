import { fieldOf, kindSchema, listSchema, metaSchemas, type SchemaLibrary, structSchema } from '@faktorz/apimachinery';
import { IMPORT_GROUP, IMPORT_VERSION } from './registry-account.js';

const named = (kind: string) => `io.faktorz.import.v1.${kind}`;
const kinds = (kind: string) => [{ group: IMPORT_GROUP, version: IMPORT_VERSION, kind }];
const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

export const REGISTRY_ACCOUNT_SCHEMA = named('RegistryAccount');

/** Every schema of `import.faktorz.io/v1`. */
export const importSchemas: SchemaLibrary = {
  ...metaSchemas,
  [REGISTRY_ACCOUNT_SCHEMA]: kindSchema(
    {
      description:
        'One account at one outside registry: what it has been asked, what it still allows, and which tags are checked with it. Nobody can write it.',
      kinds: kinds('RegistryAccount'),
    },
    {
      spec: fieldOf.part(named('RegistryAccountSpec'), 'Which account it is.'),
      status: fieldOf.part(named('RegistryAccountStatus'), 'How it stands, for all replicas of the importer.'),
    },
  ),
  [named('RegistryAccountList')]: listSchema(
    'A list of accounts.',
    REGISTRY_ACCOUNT_SCHEMA,
    kinds('RegistryAccountList'),
  ),
  [named('RegistryAccountSpec')]: structSchema('Which account it is.', {
    registry: fieldOf.requiredText('Host, with a port if it is not 443, as image references name it.'),
    account: fieldOf.text('User name. Absent: without credentials. "*": of tags that were not checked yet.'),
  }),
  [named('RegistryAccountStatus')]: structSchema('How an account stands.', {
    requests: fieldOf.part(named('RegistryAccountRequests'), 'Requests spent and left.'),
    backOff: fieldOf.optionalPart(named('RegistryAccountBackOff'), 'Set while scheduled checks leave it alone.'),
    failures: fieldOf.requiredNumber('Times in a row that it refused, was too slow or not there.', 'int32'),
    scheduledTags: fieldOf.requiredNumber('Tags that are checked with it.', 'int32'),
    nextDue: fieldOf.optionalPart(TIME, 'When the next of them is due.'),
    lastError: fieldOf.optionalPart(named('RegistryAccountError'), 'What went wrong last.'),
  }),
  [named('RegistryAccountRequests')]: structSchema('Requests for manifests, configurations and lists of tags.', {
    spent: fieldOf.requiredNumber('How many were made.', 'int64'),
    since: fieldOf.optionalPart(TIME, 'Since when they are counted: for an hour, or the window the registry names.'),
    left: fieldOf.optionalNumber('How many the registry still allows, if it says so.', 'int32'),
    limit: fieldOf.optionalNumber('How many it allows in a window, if it says so.', 'int32'),
    windowSeconds: fieldOf.optionalNumber('How long its window is, if it says so.', 'int32'),
  }),
  [named('RegistryAccountBackOff')]: structSchema('Why, and until when, it is left alone.', {
    until: fieldOf.optionalPart(TIME, 'Before this time nothing is checked with it.'),
    reason: fieldOf.requiredText(
      "refused: it answered 429; people's imports wait as well. trouble: it failed several times in a row. scarce: what is left of its limit is for people.",
    ),
  }),
  [named('RegistryAccountError')]: structSchema('Something that went wrong.', {
    message: fieldOf.requiredText('What it was.'),
    time: fieldOf.optionalPart(TIME, 'When it was.'),
  }),
};
