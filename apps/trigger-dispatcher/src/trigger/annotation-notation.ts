import type { TriggerNotation } from '../targets/trigger-notation.js';
import { patchOf, planUpdate } from './plan-update.js';
import { idleTriggers, readTriggers } from './trigger-annotation.js';
import { stateByAnnotation } from './triggered-object.js';

/** Triggers in the annotation `image.openshift.io/triggers`, of a kind whose pod spec stands at a path. */
export function annotationNotation(podSpecPath: readonly string[]): TriggerNotation {
  const base = podSpecPath.join('.');
  return {
    stateOf: (object) => stateByAnnotation(object, podSpecPath),
    triggersOf: ({ annotation }, namespace) => readTriggers(annotation, namespace),
    idle: ({ annotation }) => idleTriggers(annotation, base),
    plan: (state, triggers, resolve) => planUpdate(state, triggers, base, resolve),
    requestFor: (changes, { version }) => ({
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: patchOf(changes, podSpecPath, version),
    }),
  };
}
