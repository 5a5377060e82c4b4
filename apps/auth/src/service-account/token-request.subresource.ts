import {
  ApiError,
  conflict,
  invalid,
  notFound,
  type FieldError,
  type KubeObject,
  type RequestContext,
  type SchemaLibrary,
  type SubresourceDefinition,
} from '@faktorz/apimachinery';
import { AUTHENTICATION_GROUP } from '../review/review.js';
import { int64, kindSchemas, object, optionalPart, part, text, texts, time } from '../schema/schema-words.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { nowInSeconds } from '../storage/new-object.js';
import { BOUND_KINDS, type BoundKind, type BoundObject, type BoundObjects } from './bound-objects.js';
import type { ServiceAccount } from './service-account.js';
import type { ServiceAccountTokens } from './service-account-tokens.js';

const NAME = 'io.k8s.api.authentication.v1';
const SCHEMA = `${NAME}.TokenRequest`;
const SHORTEST_SECONDS = 600;
const USUAL_SECONDS = 3600;
/** Kubernetes' own limit: 2^32 seconds. */
const LARGEST_SECONDS = 2 ** 32;

interface TokenRequest extends KubeObject {
  spec?: {
    audiences?: string[] | null;
    expirationSeconds?: number | null;
    boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } | null;
  };
  status?: { token: string; expirationTimestamp: string };
}

export const tokenRequestSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: SCHEMA,
    group: AUTHENTICATION_GROUP,
    kind: 'TokenRequest',
    description: 'Asks for a token of a service account.',
    required: ['spec'],
    properties: {
      spec: part(`${NAME}.TokenRequestSpec`, 'What kind of token.'),
      status: part(`${NAME}.TokenRequestStatus`, 'The token.'),
    },
  }),
  [`${NAME}.TokenRequestSpec`]: object('What kind of token.', {
    audiences: texts('Whom it is meant for; by default this API.'),
    expirationSeconds: int64('How long it is good, at least 10 minutes; by default an hour.'),
    boundObjectRef: optionalPart(`${NAME}.BoundObjectReference`, 'An object the token ends with.'),
  }),
  [`${NAME}.TokenRequestStatus`]: object('The token.', {
    token: text('The token.'),
    expirationTimestamp: time('When it ends.'),
  }),
  [`${NAME}.BoundObjectReference`]: object('An object the token ends with.', {
    kind: text('Pod or Secret.'),
    apiVersion: text('v1.'),
    name: text('Its name.'),
    uid: text('Its uid.'),
  }),
};

/** POST serviceaccounts/NAME/token. */
export function tokenRequestSubresource(
  storages: AuthStorages,
  tokens: ServiceAccountTokens,
  objects: BoundObjects,
  longestSeconds: number,
): SubresourceDefinition {
  return {
    name: 'token',
    kind: 'TokenRequest',
    group: AUTHENTICATION_GROUP,
    schema: SCHEMA,
    handlers: {
      create: async (
        object: KubeObject,
        { namespace = '', name = '', dryRun }: RequestContext,
      ): Promise<KubeObject> => {
        const request = object as TokenRequest;
        const account = await storages.serviceAccounts.get({ namespace, name });
        if (!account) throw notFound('serviceaccounts', '', name);
        const errors = problemsOf(request);
        if (errors.length > 0) throw invalid('TokenRequest', AUTHENTICATION_GROUP, '', errors);
        const bound = await boundObjectOf(request, account, objects);
        const audiences = request.spec?.audiences?.length ? request.spec.audiences : [tokens.defaultAudience];
        const seconds = Math.min(request.spec?.expirationSeconds ?? USUAL_SECONDS, longestSeconds);
        const { token, expiresAt } = await tokens.issue(account, audiences, seconds, bound);
        const answer: TokenRequest = {
          kind: 'TokenRequest',
          apiVersion: `${AUTHENTICATION_GROUP}/v1`,
          metadata: { name, namespace, creationTimestamp: nowInSeconds() },
          spec: { audiences, expirationSeconds: seconds, boundObjectRef: request.spec?.boundObjectRef ?? null },
          status: { token: dryRun ? '' : token, expirationTimestamp: nowInSeconds(expiresAt) },
        };
        return answer;
      },
    },
  };
}

/** Throws Invalid for another kind, NotFound, Conflict for another uid, BadRequest for a pod of another account. */
async function boundObjectOf(
  { spec }: TokenRequest,
  { metadata }: ServiceAccount,
  objects: BoundObjects,
): Promise<BoundObject | undefined> {
  if (!spec?.boundObjectRef) return undefined;
  const { kind = '', name = '', uid } = spec.boundObjectRef;
  if (!isBoundKind(kind)) {
    const detail = `supported values: ${BOUND_KINDS.map((one) => JSON.stringify(one)).join(', ')}`;
    const field = 'spec.boundObjectRef.kind';
    throw invalid('TokenRequest', AUTHENTICATION_GROUP, '', [{ field, type: 'NotSupported', value: kind, detail }]);
  }
  const resource = `${kind.toLowerCase()}s`;
  const found = await objects.find(kind, metadata.namespace ?? '', name);
  if (!found) throw notFound(resource, '', name);
  if (uid && uid !== found.uid) {
    const why = 'The object might have been deleted and then recreated';
    const detail = `the UID in the bound object reference (${uid}) does not match the UID in record. ${why}`;
    throw conflict(kind, '', name, detail);
  }
  if (kind === 'Pod' && found.serviceAccountName !== metadata.name) {
    const runsAs = found.serviceAccountName ?? 'none';
    throw new ApiError(
      'BadRequest',
      `cannot bind a token of ${metadata.name} to pod ${name}, whose service account is ${runsAs}`,
    );
  }
  return { kind, name, uid: found.uid };
}

function isBoundKind(kind: string): kind is BoundKind {
  return (BOUND_KINDS as readonly string[]).includes(kind);
}

function problemsOf({ spec }: TokenRequest): FieldError[] {
  const seconds = spec?.expirationSeconds;
  const field = 'spec.expirationSeconds';
  if (seconds === undefined || seconds === null) return [];
  if (seconds < SHORTEST_SECONDS)
    return [{ field, type: 'Invalid', value: seconds, detail: 'may not specify a duration less than 10 minutes' }];
  if (seconds > LARGEST_SECONDS)
    return [{ field, type: 'Invalid', value: seconds, detail: 'may not specify a duration larger than 2^32 seconds' }];
  return [];
}
