import type { Command, Call } from '../../command.js';
import { JSON_TYPE } from '../../client/media-types.js';
import { UsageError } from '../../errors.js';
import { ALL_NAMESPACES_FLAG } from '../../resources/selection-flags.js';

interface Answer {
  namespace?: string;
  users?: string[];
  groups?: string[];
  evalutionError?: string;
}

const GROUP = 'authorization.openshift.io';

export const command: Command = {
  usage: 'policy who-can VERB RESOURCE [NAME] [options]',
  description: 'List who can perform the specified action on a resource.',
  examples: ['adm policy who-can get imagestreams/layers -n gold', 'adm policy who-can delete images -A'],
  flags: [ALL_NAMESPACES_FLAG],
  run: whoCan,
};

async function whoCan({ args, flags, session, terminal }: Call): Promise<void> {
  const [verb, word, resourceName, ...more] = args;
  if (verb === undefined || word === undefined || more.length > 0)
    throw new UsageError('you must specify two or three arguments: verb, resource, and optional resourceName');
  const [resourceWord = '', subresource] = word.toLowerCase().split('/');
  const found = (await session.discovery()).find(resourceWord);
  if (!found) terminal.error(`Warning: the server doesn't have a resource type '${resourceWord}'\n`);
  const { plural, group } = found ?? { plural: resourceWord, group: '' };
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const everywhere = flags.bool('all-namespaces');
  const place = everywhere ? '' : `/namespaces/${encodeURIComponent(await session.namespace())}`;
  const kind = everywhere ? 'ResourceAccessReview' : 'LocalResourceAccessReview';
  const answer = (await (
    await session.client()
  ).object({
    method: 'POST',
    path: `/apis/${GROUP}/v1${place}/${kind.toLowerCase()}s`,
    body: { kind, apiVersion: `${GROUP}/v1`, verb, resourceAPIGroup: group, resource, resourceName },
    accept: JSON_TYPE,
  })) as Answer;
  terminal.out(describe(answer, verb, group === '' ? resource : `${resource}.${group}`));
}

function describe({ namespace, users = [], groups = [], evalutionError }: Answer, verb: string, resource: string) {
  const names = (list: readonly string[]) => (list.length === 0 ? 'none' : [...list].sort().join('\n        '));
  const lines = [
    `resourceaccessreviewresponse.${GROUP}/<unknown> `,
    '',
    `Namespace: ${namespace ? namespace : '<all>'}`,
    `Verb:      ${verb}`,
    `Resource:  ${resource}`,
    '',
    `Users:  ${names(users)}`,
    ...(groups.length === 0 ? [''] : []),
    `Groups: ${names(groups)}`,
    ...(evalutionError ? ['', `Error during evaluation, results may not be complete: ${evalutionError}`] : []),
    '',
  ];
  return `${lines.join('\n')}\n`;
}
