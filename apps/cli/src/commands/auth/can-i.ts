import { JSON_TYPE } from '../../client/media-types.js';
import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';
import { ALL_NAMESPACES_FLAG } from '../../resources/selection-flags.js';

export const command: Command = {
  usage: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]',
  description: 'Ask whether an action is allowed: prints yes or no; exit code 1 for no.',
  examples: ['auth can-i get imagestreams/layers', 'auth can-i create imagestreams -n gold'],
  flags: [
    ALL_NAMESPACES_FLAG,
    { name: 'subresource', kind: 'string', usage: 'Subresource, e.g. layers.' },
    { name: 'quiet', short: 'q', kind: 'bool', usage: 'Print nothing; the exit code tells.' },
  ],
  run: canI,
};

async function canI({ args, flags, session, terminal }: Call): Promise<number> {
  const [verb, what, ...more] = args;
  if (verb === undefined || what === undefined || more.length > 0) {
    throw new UsageError('you must specify two arguments: verb resource or verb resource/resourceName.');
  }
  const client = await session.client();
  const spec = what.startsWith('/')
    ? { nonResourceAttributes: { path: what, verb } }
    : { resourceAttributes: await attributes() };
  const answer = await client.object({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec },
    accept: JSON_TYPE,
  });
  const { allowed, reason, evaluationError } = (answer.status ?? {}) as {
    allowed?: boolean;
    reason?: string;
    evaluationError?: string;
  };
  if (!flags.bool('quiet')) {
    const why = [...(reason ? [reason] : []), ...(evaluationError ? [evaluationError] : [])]
      .map((text) => ` - ${text}`)
      .join('');
    terminal.out(allowed ? 'yes\n' : `no${why}\n`);
  }
  return allowed ? 0 : 1;

  async function attributes(): Promise<object> {
    const [word = '', name] = (what as string).split('/');
    const found = (await session.discovery()).find(word);
    if (!found) terminal.error(`Warning: the server doesn't have a resource type '${word}'\n`);
    const namespace =
      flags.bool('all-namespaces') || found?.namespaced === false ? undefined : await session.namespace();
    const [resource = '', ...group] = word.split('.');
    return {
      namespace,
      verb,
      group: found?.group ?? group.join('.'),
      resource: found?.plural ?? resource,
      name,
      subresource: flags.string('subresource') || undefined,
    };
  }
}
