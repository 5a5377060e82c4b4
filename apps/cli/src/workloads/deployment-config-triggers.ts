import type { KubeObject } from '../client/kube-object.js';
import { checkContainers, otherNamespace, refuseWebHooks } from './trigger-containers.js';
import type { Triggers } from './triggers.types.js';

interface ConfigTrigger {
  type: string;
  imageChangeParams?: {
    automatic?: boolean;
    containerNames?: string[];
    from: { kind?: string; name: string; namespace?: string };
    lastTriggeredImage?: string;
  };
}

/** Triggers of a DeploymentConfig, in `spec.triggers`. */
export function readConfigTriggers(object: KubeObject): Triggers {
  const all = triggersOf(object);
  return {
    config: all.some(({ type }) => type === 'ConfigChange'),
    images: all.flatMap(({ imageChangeParams: params }) => {
      if (!params) return [];
      const namespace = otherNamespace(params.from.namespace, object);
      return [
        { auto: params.automatic === true, from: params.from.name, namespace, names: params.containerNames ?? [] },
      ];
    }),
    webHooks: [],
  };
}

/** The image a trigger has last given stays with it: without, nothing could be rolled out before it comes again. */
export function writeConfigTriggers(object: KubeObject, triggers: Triggers): KubeObject {
  refuseWebHooks(triggers, 'deployment configs do not');
  checkContainers(object, triggers);
  const before = triggersOf(object).flatMap(({ imageChangeParams }) => imageChangeParams ?? []);
  const next = triggers.images.map(({ auto, from, namespace, names }) => {
    const old = before.find(
      (params) => params.from.name === from && otherNamespace(params.from.namespace, object) === namespace,
    );
    return {
      type: 'ImageChange',
      imageChangeParams: {
        ...old,
        automatic: auto,
        containerNames: names,
        from: old?.from ?? { kind: 'ImageStreamTag', name: from, ...(namespace ? { namespace } : {}) },
      },
    };
  });
  const config = triggers.config ? [{ type: 'ConfigChange' }] : [];
  return { ...object, spec: { ...(object.spec as object), triggers: inOldOrder(object, [...config, ...next]) } };
}

/** What was there keeps its place, so that nothing but the change is sent. */
function inOldOrder(object: KubeObject, next: readonly ConfigTrigger[]): ConfigTrigger[] {
  const place = (trigger: ConfigTrigger) => {
    const at = triggersOf(object).findIndex((old) => keyOf(old) === keyOf(trigger));
    return at < 0 ? Infinity : at;
  };
  return next
    .map((trigger, index) => ({ trigger, index, at: place(trigger) }))
    .sort((a, b) => (a.at === b.at ? a.index - b.index : a.at - b.at))
    .map(({ trigger }) => trigger);
}

function keyOf({ type, imageChangeParams }: ConfigTrigger): string {
  return `${type} ${imageChangeParams?.from.namespace ?? ''}/${imageChangeParams?.from.name ?? ''}`;
}

function triggersOf(object: KubeObject): ConfigTrigger[] {
  return (object.spec as { triggers?: ConfigTrigger[] | null } | undefined)?.triggers ?? [];
}
