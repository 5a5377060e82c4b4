import { randomInt } from 'node:crypto';
import type { KubeObject } from '../client/kube-object.js';
import { otherNamespace } from './trigger-containers.js';
import type { ImageTrigger, Triggers, WebHook } from './triggers.types.js';

interface Reference {
  kind?: string;
  name?: string;
  namespace?: string;
}

interface BuildTrigger {
  type: string;
  imageChange?: { from?: Reference; lastTriggeredImageID?: string; paused?: boolean };
  generic?: WebHook['hook'];
  github?: WebHook['hook'];
  gitlab?: WebHook['hook'];
  bitbucket?: WebHook['hook'];
}

const HOOK_FIELDS = { Generic: 'generic', GitHub: 'github', GitLab: 'gitlab', Bitbucket: 'bitbucket' } as const;
const HOOK_TYPES = Object.keys(HOOK_FIELDS) as WebHook['type'][];

const SECRET_LENGTH = 20;
const SECRET_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A secret that a caller of a web hook has to know. */
export function newHookSecret(): string {
  return Array.from({ length: SECRET_LENGTH }, () => SECRET_LETTERS[randomInt(SECRET_LETTERS.length)]).join('');
}

/** Triggers of a BuildConfig. That of the image the strategy builds on is always listed: manual when it is not set. */
export function readBuildTriggers(object: KubeObject): Triggers {
  const all = triggersOf(object);
  const strategys = strategyTrigger(object);
  const images = all.flatMap(({ type, imageChange }): ImageTrigger[] => {
    if (type !== 'ImageChange') return [];
    const { from } = imageChange ?? {};
    if (!from) return strategys ? [{ ...strategys, auto: true }] : [];
    return [{ auto: true, from: from.name ?? '', namespace: otherNamespace(from.namespace, object), names: [] }];
  });
  const isSet = all.some(({ type, imageChange }) => type === 'ImageChange' && !imageChange?.from);
  return {
    config: all.some(({ type }) => type === 'ConfigChange'),
    images: strategys && !isSet ? [...images, strategys] : images,
    webHooks: HOOK_TYPES.flatMap((type) =>
      all.flatMap((trigger) => (trigger.type === type ? [{ type, hook: trigger[HOOK_FIELDS[type]] ?? {} }] : [])),
    ),
  };
}

/** An image that is not to start builds by itself has no trigger. What was there keeps its place and what it has built. */
export function writeBuildTriggers(object: KubeObject, { config, images, webHooks }: Triggers): KubeObject {
  const strategys = strategyTrigger(object);
  const next: BuildTrigger[] = [
    ...(config ? [{ type: 'ConfigChange' }] : []),
    ...webHooks.map(({ type, hook }) => ({ type, [HOOK_FIELDS[type]]: hook })),
    ...images
      .filter(({ auto }) => auto)
      .map(({ from, namespace }) => {
        const isStrategys = strategys?.from === from && strategys.namespace === namespace;
        const reference = { kind: 'ImageStreamTag', name: from, ...(namespace && { namespace }) };
        return { type: 'ImageChange', imageChange: isStrategys ? {} : { from: reference } };
      }),
  ];
  const wanted = new Map(next.map((trigger) => [keyOf(trigger, object), trigger]));
  const kept = triggersOf(object).filter((trigger) => wanted.has(keyOf(trigger, object)));
  const keptKeys = new Set(kept.map((trigger) => keyOf(trigger, object)));
  const triggers = [...kept, ...[...wanted].flatMap(([key, trigger]) => (keptKeys.has(key) ? [] : [trigger]))];
  return { ...object, spec: { ...(object.spec as object), triggers } };
}

/** The image the strategy builds on, as a trigger that is not set. */
function strategyTrigger(object: KubeObject): ImageTrigger | undefined {
  const strategy = (object.spec as { strategy?: Record<string, { from?: Reference }> } | undefined)?.strategy ?? {};
  const from = (strategy['sourceStrategy'] ?? strategy['dockerStrategy'] ?? strategy['customStrategy'])?.from;
  if (from?.kind !== 'ImageStreamTag') return undefined;
  return { auto: false, from: from.name ?? '', namespace: otherNamespace(from.namespace, object), names: [] };
}

/** What tells two triggers apart. */
function keyOf(trigger: BuildTrigger, object: KubeObject): string {
  const { type, imageChange } = trigger;
  const { name = '', namespace } = imageChange?.from ?? {};
  const hook = type in HOOK_FIELDS ? JSON.stringify(trigger[HOOK_FIELDS[type as WebHook['type']]]) : '';
  return `${type} ${otherNamespace(namespace, object)}/${name} ${hook}`;
}

function triggersOf(object: KubeObject): BuildTrigger[] {
  return (object.spec as { triggers?: BuildTrigger[] | null } | undefined)?.triggers ?? [];
}
