import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { type Container, podTemplateOf, templatePath } from './pod-template.js';

export const TRIGGERS_ANNOTATION = 'image.openshift.io/triggers';

export interface ImageTrigger {
  auto: boolean;
  /** `stream:tag`. */
  from: string;
  /** '' for the object's own. */
  namespace: string;
  /** Containers that get the image. */
  names: string[];
}

/** What updates an object by itself. */
export interface Triggers {
  /** Does a change of its configuration roll it out? */
  config: boolean;
  images: ImageTrigger[];
}

interface AnnotationEntry {
  from: { kind: string; name: string; namespace?: string };
  fieldPath: string;
  paused?: boolean;
}

interface ConfigTrigger {
  type: string;
  imageChangeParams?: {
    automatic?: boolean;
    containerNames?: string[];
    from: { kind?: string; name: string; namespace?: string };
  };
}

/** Reads the triggers of a workload; undefined for kinds that have none. */
export function readTriggers(object: KubeObject): Triggers | undefined {
  if (object.kind === 'DeploymentConfig') return readConfigTriggers(object);
  if (!templatePath(object.kind)) return undefined;
  const spec = object.spec as { paused?: boolean } | undefined;
  const config = object.kind === 'Deployment' ? spec?.paused !== true : true;
  const text = object.metadata?.annotations?.[TRIGGERS_ANNOTATION];
  const entries = text ? (JSON.parse(text) as AnnotationEntry[] | null) : [];
  return { config, images: (entries ?? []).flatMap((entry) => readEntry(entry, object)) };
}

function readEntry({ from, fieldPath, paused }: AnnotationEntry, object: KubeObject): ImageTrigger[] {
  const name = containerOfPath(object, fieldPath);
  if (name === undefined) return [];
  const namespace = from.namespace === object.metadata?.namespace ? '' : (from.namespace ?? '');
  return [{ auto: !paused, from: from.name, namespace, names: [name] }];
}

/** The container a field path such as `spec.template.spec.containers[?(@.name=="web")].image` points at. */
function containerOfPath(object: KubeObject, fieldPath: string): string | undefined {
  const match = /^(.*)\.(containers|initContainers)\[(?:\?\(@\.name==["']([^"']+)["']\)|(\d+))\]\.image$/.exec(
    fieldPath,
  );
  if (!match || match[1] !== basePath(object)) return undefined;
  const spec = podTemplateOf(object)?.spec;
  const name = match[3];
  if (name !== undefined) return containersOf(object).find((container) => container.name === name)?.name;
  return spec?.[match[2] as 'containers' | 'initContainers']?.[Number(match[4])]?.name;
}

function basePath(object: KubeObject): string {
  return `${(templatePath(object.kind) ?? []).join('.')}.spec`;
}

export function containersOf(object: KubeObject): Container[] {
  const spec = podTemplateOf(object)?.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/** A copy of the object with these triggers. Throws when they name containers that are not there. */
export function writeTriggers(object: KubeObject, triggers: Triggers): KubeObject {
  checkContainers(object, triggers);
  if (object.kind === 'DeploymentConfig') return writeConfigTriggers(object, triggers);
  const entries = triggers.images.flatMap(({ auto, from, namespace, names }) =>
    names.map((name) => ({
      from: { kind: 'ImageStreamTag', name: from, ...(namespace ? { namespace } : {}) },
      fieldPath: `${basePath(object)}.containers[?(@.name=="${name}")].image`,
      ...(auto ? {} : { paused: true }),
    })),
  );
  const annotation = entries.length > 0 ? JSON.stringify(entries) : 'null';
  const annotations = { ...object.metadata?.annotations, [TRIGGERS_ANNOTATION]: annotation };
  const changed = { ...object, metadata: { ...object.metadata, annotations } };
  if (object.kind !== 'Deployment') {
    if (!triggers.config) throw new CommandError('does not support turning off the configuration trigger');
    return changed;
  }
  const { paused: _paused, ...spec } = object.spec as Record<string, unknown>;
  return { ...changed, spec: triggers.config ? spec : { ...spec, paused: true } };
}

function checkContainers(object: KubeObject, triggers: Triggers): void {
  const known = containersOf(object).map(({ name }) => name);
  const taken = new Set<string>();
  for (const { names } of triggers.images) {
    if (names.length === 0) throw new CommandError('you must specify --containers when setting --from-image');
    const missing = names.filter((name) => !known.includes(name));
    if (missing.length > 0) {
      throw new CommandError(`not all container names exist: ${missing.join(', ')} (accepts: ${known.join(', ')})`);
    }
    for (const name of names) {
      if (taken.has(name)) throw new CommandError(`only one trigger may reference each container: ${name}`);
      taken.add(name);
    }
  }
}

function readConfigTriggers(object: KubeObject): Triggers {
  const all = ((object.spec as { triggers?: ConfigTrigger[] | null } | undefined)?.triggers ?? []) as ConfigTrigger[];
  return {
    config: all.some(({ type }) => type === 'ConfigChange'),
    images: all.flatMap(({ imageChangeParams: params }) => {
      if (!params) return [];
      const namespace = params.from.namespace === object.metadata?.namespace ? '' : (params.from.namespace ?? '');
      return [
        { auto: params.automatic === true, from: params.from.name, namespace, names: params.containerNames ?? [] },
      ];
    }),
  };
}

function writeConfigTriggers(object: KubeObject, { config, images }: Triggers): KubeObject {
  const triggers = [
    ...(config ? [{ type: 'ConfigChange' }] : []),
    ...images.map(({ auto, from, namespace, names }) => ({
      type: 'ImageChange',
      imageChangeParams: {
        automatic: auto,
        containerNames: names,
        from: { kind: 'ImageStreamTag', name: from, ...(namespace ? { namespace } : {}) },
      },
    })),
  ];
  return { ...object, spec: { ...(object.spec as object), triggers } };
}
