import type { ApiClient } from '../client/api-client.js';
import { isNotFound } from '../client/api-error.js';
import { kindWithGroup } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, throwCollected, UsageError } from '../errors.js';
import { findByPath, valueText } from '../printers/jsonpath.js';
import { CHOOSING_FLAGS, findNamed, type NamedObject } from '../resources/find-named.js';
import { followObject } from '../resources/follow-object.js';
import { waitUntilGone } from '../resources/wait-until-gone.js';

export const command: Command = {
  usage: 'wait ([-f FILENAME] | TYPE NAME) --for=delete|condition=NAME[=VALUE]|jsonpath=PATH[=VALUE]|create [options]',
  description: 'Wait for a condition of objects, for a field, or until they are gone.',
  examples: ['wait --for=delete is/ruby --timeout=60s', "wait --for=jsonpath='{.status.phase}'=Active ns/gold"],
  flags: [
    ...CHOOSING_FLAGS,
    { name: 'for', kind: 'string', usage: 'What to wait for.' },
    {
      name: 'timeout',
      kind: 'duration',
      default: '30s',
      usage: 'How long; 0 looks once, a negative time waits a week.',
    },
  ],
  run: wait,
};

type Test = (object: KubeObject) => boolean;
type Goal = { type: 'delete' } | { type: 'create' } | { type: 'test'; test: Test };
const A_WEEK_MS = 7 * 24 * 3_600_000;

async function wait(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const goal = readGoal(flags.string('for'));
  const given = flags.durationMs('timeout');
  const deadline = Date.now() + (given < 0 ? A_WEEK_MS : given);
  const client = await session.client();
  const chosen = await findNamed(call, 'wait');
  if (chosen.length === 0 && goal.type === 'delete') return;
  if (chosen.length === 0) throw new CommandError('no matching resources found');
  const errors: unknown[] = [];
  for (const one of chosen) {
    try {
      const outcome = await reach(client, one, goal, deadline);
      if (outcome === 'timed out') throw new CommandError(missed(one, given));
      if (outcome === 'met') terminal.out(`${kindWithGroup(one.resource)}/${one.name} condition met\n`);
    } catch (error) {
      errors.push(error);
    }
  }
  throwCollected(errors);
}

function readGoal(text: string): Goal {
  if (text === 'delete') return { type: 'delete' };
  if (text === 'create') return { type: 'create' };
  const [kind = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (kind === 'condition' && value !== '') return { type: 'test', test: conditionTest(value) };
  if (kind === 'jsonpath' && value !== '') return { type: 'test', test: pathTest(value) };
  throw new UsageError(`unrecognized condition: "${text}"`);
}

function conditionTest(text: string): Test {
  const [name = '', status = 'true'] = text.split('=');
  return (object) => {
    const conditions = (findByPath('.status.conditions[*]', object) as { type?: string; status?: string }[]) ?? [];
    const found = conditions.find(({ type }) => type?.toLowerCase() === name.toLowerCase());
    return found?.status?.toLowerCase() === status.toLowerCase();
  };
}

function pathTest(text: string): Test {
  const match = /^(\{.*?\}|[^=]*)(?:=(.*))?$/s.exec(text.replace(/^'(.*)'$/s, '$1'));
  const [, path = '', wanted] = match ?? [];
  return (object) => {
    const found = findByPath(path, object);
    if (wanted === undefined) return found.length > 0;
    return found.some((value) => valueText(value) === wanted);
  };
}

function missed({ resource, name }: NamedObject, timeoutMs: number): string {
  const what = timeoutMs === 0 ? 'condition not met for' : 'timed out waiting for the condition on';
  return `${what} ${resource.plural}/${name}`;
}

type Outcome = 'met' | 'timed out' | 'was never there';

async function reach(client: ApiClient, chosen: NamedObject, goal: Goal, deadline: number): Promise<Outcome> {
  if (goal.type === 'delete') return reachDeletion(client, chosen, deadline);
  const mayBeMissing = goal.type === 'create';
  for await (const object of followObject(client, chosen, { deadline, mayBeMissing })) {
    if (goal.type === 'create' || goal.test(object)) return 'met';
  }
  return 'timed out';
}

/** What is gone before anybody waits needs no word. */
async function reachDeletion(
  client: ApiClient,
  { resource, name, namespace }: NamedObject,
  deadline: number,
): Promise<Outcome> {
  let uid: string | undefined;
  try {
    uid = (await client.get(resourcePath(resource, namespace, name), undefined, JSON_TYPE)).metadata?.uid;
  } catch (error) {
    if (isNotFound(error)) return 'was never there';
    throw error;
  }
  const going = { resource, name, namespace, uid };
  return (await waitUntilGone(client, going, Math.max(1, deadline - Date.now()))) ? 'met' : 'timed out';
}
