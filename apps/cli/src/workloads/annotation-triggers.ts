import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { containersOf, podTemplateOf, templatePath } from './pod-template.js';
import { checkContainers, otherNamespace, refuseWebHooks } from './trigger-containers.js';
import type { ImageTrigger, Triggers } from './triggers.types.js';

export const TRIGGERS_ANNOTATION = 'image.openshift.io/triggers';

interface AnnotationEntry {
  from: { kind: string; name: string; namespace?: string };
  fieldPath: string;
  paused?: boolean;
}

/** Triggers in the annotation; that of the configuration is off while a deployment is paused. */
export function readAnnotation(object: KubeObject): Triggers {
  const spec = object.spec as { paused?: boolean } | undefined;
  const config = object.kind === 'Deployment' ? spec?.paused !== true : true;
  const text = object.metadata?.annotations?.[TRIGGERS_ANNOTATION];
  const entries = text ? (JSON.parse(text) as AnnotationEntry[] | null) : [];
  return { config, images: (entries ?? []).flatMap((entry) => readEntry(entry, object)), webHooks: [] };
}

export function writeAnnotation(object: KubeObject, triggers: Triggers): KubeObject {
  refuseWebHooks(triggers, 'does not');
  checkContainers(object, triggers);
  refuseTwice(triggers);
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
  if (object.kind !== 'Deployment') return changed;
  const { paused: _paused, ...spec } = object.spec as Record<string, unknown>;
  return { ...changed, spec: triggers.config ? spec : { ...spec, paused: true } };
}

function readEntry({ from, fieldPath, paused }: AnnotationEntry, object: KubeObject): ImageTrigger[] {
  const name = containerOfPath(object, fieldPath);
  if (name === undefined) return [];
  return [{ auto: !paused, from: from.name, namespace: otherNamespace(from.namespace, object), names: [name] }];
}

/** The container a field path such as `spec.template.spec.containers[?(@.name=="web")].image` points at. */
function containerOfPath(object: KubeObject, fieldPath: string): string | undefined {
  const match = /^(.*)\.(containers|initContainers)\[(?:\?\(@\.name==?["']([^"']+)["']\)|(\d+))\]\.image$/.exec(
    fieldPath,
  );
  if (!match || match[1] !== basePath(object)) return undefined;
  const spec = podTemplateOf(object)?.spec;
  const name = match[3];
  if (name !== undefined) return containersOf(object).find((container) => container.name === name)?.name;
  return spec?.[match[2] as 'containers' | 'initContainers']?.[Number(match[4])]?.name;
}

function basePath(object: KubeObject): string {
  return [...(templatePath(object.kind) ?? []), 'spec'].join('.');
}

function refuseTwice({ images }: Triggers): void {
  const taken = new Set<string>();
  for (const name of images.flatMap(({ names }) => names)) {
    if (taken.has(name)) throw new CommandError(`only one trigger may reference each container: ${name}`);
    taken.add(name);
  }
}
