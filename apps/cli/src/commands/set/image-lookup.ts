import type { ApiResource } from '../../client/discovery.js';
import { IMAGE_STREAMS } from '../../client/known-resources.js';
import type { KubeObject } from '../../client/kube-object.js';
import type { Call, Command } from '../../command.js';
import { CommandError, throwCollected } from '../../errors.js';
import type { ImageStream } from '../../images/image-stream.js';
import { alignTabs, NARROW_TABS } from '../../printers/tab-writer.js';
import { CHOOSING_FLAGS, findNamed, type NamedObject } from '../../resources/find-named.js';
import { getObject, listObjects } from '../../resources/get-object.js';
import { patchObjects, type ReadObject, shownName } from '../../resources/patch-objects.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS, selectorQuery } from '../../resources/selection-flags.js';
import { podTemplateOf, templatePath, withPodTemplate } from '../../workloads/pod-template.js';

export const command: Command = {
  usage: 'set image-lookup STREAMNAME [...] [options]',
  description:
    'Let workloads of the project use the name of an image stream where an image is named.\n\nWithout arguments it lists the streams and whether they do. For one workload alone, name it instead of a stream.',
  examples: [
    'set image-lookup',
    'set image-lookup mysql',
    'set image-lookup mysql --enabled=false',
    'set image-lookup deploy/mysql',
  ],
  flags: [
    ...CHOOSING_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'list', kind: 'bool', usage: 'Show the present state.' },
    { name: 'enabled', kind: 'bool', default: true, usage: 'Turn it on; --enabled=false turns it off.' },
    { name: 'local', kind: 'bool', usage: 'Work on files only, without a server.' },
  ],
  run: imageLookup,
};

const RESOLVE_NAMES = 'alpha.image.policy.openshift.io/resolve-names';
const ACCEPT = 'application/json, */*';

async function imageLookup(call: Call): Promise<void> {
  const { args, flags, terminal } = call;
  if (flags.bool('local') && args.length > 0) throw new CommandError('pass files with -f when using --local');
  const objects = await readObjects(call);
  const listing =
    (!flags.changed('output') && args.length === 0 && flags.all('filename').length === 0 && !flags.bool('all')) ||
    flags.bool('list');
  if (listing) {
    const rows = objects.map(
      (one) => `${isStream(one.object) ? one.name : shownName(one)}\t${lookupText(one.object)}\n`,
    );
    return terminal.out(alignTabs(`NAME\tLOCAL\n${rows.join('')}`, NARROW_TABS));
  }
  const words = { done: 'image lookup updated', failed: 'failed to patch image lookup' };
  throwCollected(
    await patchObjects(call, objects, (object, one) => changed(object, one, flags.bool('enabled')), words),
  );
}

/** Bare names are streams, but with --list they are kinds. */
async function readObjects(call: Call): Promise<ReadObject[]> {
  const { args, flags, session } = call;
  const files = flags.all('filename');
  if (args.length === 0 && files.length === 0) return listStreams(call);
  const words =
    flags.bool('list') || files.length > 0
      ? args
      : args.map((arg) => (arg.includes('/') ? arg : `imagestreams/${arg}`));
  const chosen = await findNamed(call, 'set image-lookup', words);
  const client = await session.client();
  const read = async (one: NamedObject): Promise<ReadObject> => {
    const fresh = flags.bool('local')
      ? one.object
      : await getObject(client, one.resource, one.namespace, one.name, { accept: ACCEPT });
    return { ...one, object: withKind(fresh ?? {}, one.resource) };
  };
  const objects: ReadObject[] = [];
  for (const one of chosen) objects.push(await read(one));
  return objects;
}

async function listStreams({ flags, session }: Call): Promise<ReadObject[]> {
  const client = await session.client();
  const namespace = flags.bool('all-namespaces') ? undefined : await session.namespace();
  const streams = await listObjects(client, IMAGE_STREAMS, namespace, selectorQuery(flags), ACCEPT);
  return streams.map((object) => ({
    resource: IMAGE_STREAMS,
    name: object.metadata?.name ?? '',
    namespace: object.metadata?.namespace,
    object,
  }));
}

function withKind(object: KubeObject, resource: ApiResource): KubeObject {
  return { ...object, kind: object.kind ?? resource.kind };
}

function isStream(object: KubeObject): object is ImageStream {
  return object.kind === 'ImageStream';
}

function lookupText(object: KubeObject): string {
  if (isStream(object)) return String(object.spec?.lookupPolicy?.local === true);
  const own = object.metadata?.annotations?.[RESOLVE_NAMES];
  return String([podTemplateOf(object)?.metadata?.annotations?.[RESOLVE_NAMES], own].includes('*'));
}

function changed(object: KubeObject, one: ReadObject, enabled: boolean): KubeObject {
  if (isStream(object))
    return { ...object, spec: { ...object.spec, lookupPolicy: { ...object.spec?.lookupPolicy, local: enabled } } };
  if (!object.metadata) throw new CommandError(`the resource ${shownName(one)} does not support altering image lookup`);
  if (templatePath(object.kind)) {
    const template = podTemplateOf(object) ?? {};
    const annotations = withAnnotation(template.metadata?.annotations, enabled);
    return withPodTemplate(object, { ...template, metadata: { ...template.metadata, annotations } });
  }
  return {
    ...object,
    metadata: { ...object.metadata, annotations: withAnnotation(object.metadata.annotations, enabled) },
  };
}

/** Undefined instead of no annotations at all, so that the field goes with the last of them. */
function withAnnotation(
  annotations: Record<string, string> | null | undefined,
  enabled: boolean,
): Record<string, string> | undefined {
  if (enabled) return { ...annotations, [RESOLVE_NAMES]: '*' };
  const { [RESOLVE_NAMES]: _gone, ...rest } = annotations ?? {};
  return Object.keys(rest).length > 0 ? rest : undefined;
}
