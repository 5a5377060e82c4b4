import { IMAGE_STREAMS, WEBHOOK_DELIVERIES } from '../client/known-resources.js';
import { ApiError } from '../client/api-error.js';
import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import type { Call, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { changesOf, type Delivery, traceText } from '../ledger/trace-report.js';
import { fieldSelector, readRecordsEverywhere } from '../ledger/trigger-record.js';
import { getObject, listObjects } from '../resources/get-object.js';

export const command: Command = {
  usage: 'trace STREAM:TAG [options]',
  description:
    'Show what a change of a tag has led to: for each object that names the tag, and each webhook, what was done, when, and why not.',
  examples: ['trace ruby:latest', 'trace ruby:latest --last=5', 'trace ruby:latest -n team'],
  flags: [{ name: 'last', kind: 'int', default: '1', usage: 'How many changes to show, the newest first.' }],
  run: trace,
};

interface TagHistory {
  tag: string;
  items?: { created: string; dockerImageReference: string }[] | null;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
}

async function trace({ args, flags, session, terminal }: Call): Promise<void> {
  const [word = '', ...more] = args;
  const colon = word.indexOf(':');
  if (colon < 1 || more.length > 0) throw new UsageError('name one tag of an image stream: STREAM:TAG');
  const [stream, tag] = [word.slice(0, colon), word.slice(colon + 1)];
  const client = await session.client();
  const namespace = await session.namespace();
  const object = await getObject(client, IMAGE_STREAMS, namespace, stream);
  const fields = { 'spec.streamNamespace': namespace, 'spec.stream': stream, 'spec.tag': tag };
  const [records, deliveries] = await Promise.all([
    readRecordsEverywhere(client, namespace, fields),
    readDeliveries(client, namespace, `${namespace}/${word}`),
  ]);
  terminal.out(`${presentText(object, namespace, stream, tag)}\n`);
  const changes = changesOf(records, deliveries).slice(0, Math.max(1, flags.int('last')));
  if (changes.length === 0) return terminal.out('\nNo object names it, and no webhook was told of it.\n');
  for (const change of changes) terminal.out(`\n${traceText(change, new Date())}`);
}

/** Where the tag points now, and why it may point at something old. */
function presentText({ status }: KubeObject, namespace: string, stream: string, tag: string): string {
  const { tags } = (status ?? {}) as { tags?: TagHistory[] | null };
  const history = tags?.find((one) => one.tag === tag);
  const newest = history?.items?.[0];
  const lines = [
    newest
      ? `${namespace}/${stream}:${tag} is ${newest.dockerImageReference} since ${newest.created}`
      : `${namespace}/${stream}:${tag} points at no image`,
  ];
  for (const { type, status: state, reason, message } of history?.conditions ?? []) {
    if (type === 'ImportSuccess' && state === 'False') lines.push(`the last import failed: ${reason}: ${message}`);
  }
  return lines.join('\n');
}

/** What webhooks were told of the tag; nothing where the user may not see that. */
async function readDeliveries(client: ApiClient, namespace: string, subject: string): Promise<Delivery[]> {
  try {
    const query = { limit: '500', fieldSelector: fieldSelector({ 'spec.subject': subject }) };
    const all = (await listObjects(client, WEBHOOK_DELIVERIES, namespace, query)) as Delivery[];
    return all.filter(({ spec }) => /\.Tag(Updated|Deleted)\./.test(spec.type));
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 403) return [];
    throw error;
  }
}
