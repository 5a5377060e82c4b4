import { type DockerImageReference, parseImageReference } from '@faktorz/domain';
import type { Call, Command } from '../../command.js';
import { CommandError, throwCollected } from '../../errors.js';
import { nameString } from '../../images/tag-source.js';
import { alignTabs, NARROW_TABS } from '../../printers/tab-writer.js';
import { CHOOSING_FLAGS, findNamed } from '../../resources/find-named.js';
import { getObject } from '../../resources/get-object.js';
import { patchObjects, type ReadObject, shownName } from '../../resources/patch-objects.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';
import { newHookSecret } from '../../workloads/build-config-triggers.js';
import { readTriggers, writeTriggers } from '../../workloads/image-triggers.js';
import type { Triggers, WebHook } from '../../workloads/triggers.types.js';

const WEBHOOK_FLAGS: Record<string, { what: string; type: WebHook['type']; allowEnv?: boolean }> = {
  'from-github': { what: 'a call from GitHub', type: 'GitHub' },
  'from-gitlab': { what: 'a call from GitLab', type: 'GitLab' },
  'from-bitbucket': { what: 'a call from Bitbucket', type: 'Bitbucket' },
  'from-webhook': { what: 'a call from anywhere', type: 'Generic', allowEnv: false },
  'from-webhook-allow-env': { what: 'a call that may set environment variables', type: 'Generic', allowEnv: true },
};

export const command: Command = {
  usage: 'set triggers RESOURCE/NAME [--from-config|--from-image|--auto|--manual|--remove|--remove-all] [options]',
  description:
    'Set what updates a workload: a tag of an image stream that moves, or a change of its configuration. Without a trigger flag it lists them.',
  examples: [
    'set triggers deploy/example --from-image=example:latest -c web',
    'set triggers deploy/example --manual',
    'set triggers deploy/example',
  ],
  flags: [
    ...CHOOSING_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'from-image', kind: 'string', usage: 'Tag of an image stream: [PROJECT/]STREAM:TAG.' },
    { name: 'containers', short: 'c', kind: 'string', usage: 'Containers that get the image, separated by commas.' },
    { name: 'from-config', kind: 'bool', usage: 'A change of the configuration.' },
    { name: 'auto', kind: 'bool', usage: 'Turn all triggers, or the one named, on.' },
    { name: 'manual', kind: 'bool', usage: 'Turn all triggers, or the one named, off.' },
    { name: 'remove', kind: 'bool', usage: 'Remove the trigger named.' },
    { name: 'remove-all', kind: 'bool', usage: 'Remove all triggers.' },
    { name: 'local', kind: 'bool', usage: 'Work on files only, without a server.' },
    ...Object.entries(WEBHOOK_FLAGS).map(([name, { what }]) => ({
      name,
      kind: 'bool' as const,
      usage: `For builds: ${what}, with a new secret.`,
    })),
  ],
  run: setTriggers,
};

interface Wanted {
  from: string;
  fromNamespace: string;
  names: string[];
  auto: boolean;
  manual: boolean;
  config: boolean;
  webHooks: WebHook[];
  remove: boolean;
  removeAll: boolean;
  count: number;
}

async function setTriggers(call: Call): Promise<void> {
  const { flags, session, terminal } = call;
  const wanted = await readWanted(call);
  const printing = wanted.count === 0 && !wanted.remove && !wanted.removeAll && !wanted.auto && !wanted.manual;
  const client = await session.client();
  const objects: ReadObject[] = [];
  for (const one of await findNamed(call, 'set triggers')) {
    const read = flags.bool('local')
      ? one.object
      : await getObject(client, one.resource, one.namespace, one.name, { accept: 'application/json, */*' });
    objects.push({ ...one, object: { ...read, kind: read?.kind ?? one.resource.kind } });
  }
  if (printing) return terminal.out(tableOf(objects));
  const [first] = objects;
  if (objects.length === 1 && first && !readTriggers(first.object)) {
    throw new CommandError(`${shownName(first)} does not support triggers`);
  }
  const errors = await patchObjects(
    call,
    objects.filter(({ object }) => readTriggers(object)),
    (object, one) => {
      try {
        return writeTriggers(object, changedTriggers(readTriggers(object) as Triggers, wanted));
      } catch (error) {
        throw error instanceof CommandError
          ? new CommandError(`${shownName(one)} ${error.message}`, 1, { cause: error })
          : error;
      }
    },
    { done: 'triggers updated', failed: 'failed to patch triggers' },
  );
  throwCollected(errors);
}

async function readWanted({ flags, session }: Call): Promise<Wanted> {
  const image = flags.string('from-image') ? parseFrom(flags.string('from-image')) : undefined;
  const hooks = Object.entries(WEBHOOK_FLAGS).filter(([name]) => flags.changed(name));
  const count = hooks.length + Number(flags.bool('from-config')) + Number(image !== undefined);
  const wanted: Wanted = {
    from: image ? nameString(image) : '',
    fromNamespace: image && image.namespace !== (await session.namespace()) ? image.namespace : '',
    names: flags.string('containers') === '' ? [] : flags.string('containers').split(','),
    auto: flags.bool('auto'),
    manual: flags.bool('manual'),
    config: flags.bool('from-config'),
    webHooks: hooks.flatMap(([name, { type, allowEnv }]) =>
      flags.bool(name) ? [{ type, hook: { secret: newHookSecret(), ...(allowEnv && { allowEnv }) } }] : [],
    ),
    remove: flags.bool('remove'),
    removeAll: flags.bool('remove-all'),
    count,
  };
  check(wanted);
  return wanted;
}

function check({ auto, manual, remove, removeAll, count }: Wanted): void {
  if (auto && manual) throw new CommandError('you must specify at most one of --auto or --manual');
  if (remove && removeAll) throw new CommandError('you must specify either --remove or --remove-all');
  if (removeAll && (count > 0 || auto || manual))
    throw new CommandError('--remove-all may not be used with any other flag');
  if (remove && count < 1) throw new CommandError('--remove requires a flag defining a trigger type to be specified');
  if (count > 1) throw new CommandError('you may only set one trigger type at a time');
}

function parseFrom(text: string): DockerImageReference {
  let reference: DockerImageReference;
  try {
    reference = parseImageReference(text);
  } catch (error) {
    throw new CommandError(
      `the value of --from-image does not appear to be a valid reference to an image: ${(error as Error).message}`,
      1,
      {
        cause: error,
      },
    );
  }
  if (reference.registry !== '' || reference.id !== '') {
    throw new CommandError('the value of --from-image must point to an image stream tag on this server');
  }
  if (reference.tag === '')
    throw new CommandError('the value of --from-image must include the tag you wish to pull from');
  return reference;
}

function changedTriggers(triggers: Triggers, wanted: Wanted): Triggers {
  if (wanted.removeAll) return { config: false, images: [], webHooks: [] };
  if (wanted.remove) {
    return {
      config: wanted.config ? false : triggers.config,
      images: wanted.from ? triggers.images.filter(({ from }) => from !== wanted.from) : triggers.images,
      webHooks: triggers.webHooks.filter(({ type }) => !wanted.webHooks.some((hook) => hook.type === type)),
    };
  }
  if (wanted.count === 0) {
    return {
      ...triggers,
      config: wanted.auto,
      images: triggers.images.map((trigger) => ({ ...trigger, auto: wanted.auto })),
    };
  }
  if (wanted.config) return { ...triggers, config: true };
  if (!wanted.from) return { ...triggers, webHooks: [...triggers.webHooks, ...wanted.webHooks] };
  const set = { auto: !wanted.manual, from: wanted.from, namespace: wanted.fromNamespace, names: wanted.names };
  const at = triggers.images.findIndex(({ from, namespace }) => from === set.from && namespace === set.namespace);
  const images =
    at < 0 ? [...triggers.images, set] : triggers.images.map((trigger, index) => (index === at ? set : trigger));
  return { ...triggers, images };
}

function tableOf(objects: readonly ReadObject[]): string {
  const rows = objects.flatMap((one) => {
    const triggers = readTriggers(one.object);
    if (!triggers) return [];
    const name = shownName(one);
    return [
      `${name}\tconfig\t\t${triggers.config}\n`,
      ...triggers.images.map(({ auto, from, namespace, names }) => {
        const source = namespace ? `${namespace}/${from}` : from;
        return `${name}\timage\t${names.length > 0 ? `${source} (${names.join(', ')})` : source}\t${auto}\n`;
      }),
      ...triggers.webHooks.map(({ type, hook: { allowEnv } }) => {
        const kind = type === 'Generic' ? 'webhook' : type.toLowerCase();
        return `${name}\t${kind}\t<secret>${type === 'Generic' && allowEnv ? ', allowenv' : ''}\t\n`;
      }),
    ];
  });
  return alignTabs(`NAME\tTYPE\tVALUE\tAUTO\n${rows.join('')}`, NARROW_TABS);
}
