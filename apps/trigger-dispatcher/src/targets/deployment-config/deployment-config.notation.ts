import type { KubeObject } from '@faktorz/apimachinery';
import { fieldPathOf } from '../../trigger/field-path.js';
import { type ImageChange, patchOf } from '../../trigger/plan-update.js';
import type { ImageTrigger } from '../../trigger/trigger-annotation.js';
import { containersAt, type ObjectState } from '../../trigger/triggered-object.js';
import { type ObjectReference, tagOfReference } from '../tag-of-reference.js';
import { TEMPLATE_POD_SPEC } from '../target.js';
import type { TriggerNotation } from '../trigger-notation.js';

interface ImageChangeParams {
  automatic?: boolean;
  containerNames?: string[];
  from?: ObjectReference;
  lastTriggeredImage?: string;
}

interface Trigger {
  type?: string;
  imageChangeParams?: ImageChangeParams;
}

/**
 * Triggers in `spec.triggers`. The tag's image is written into the containers and noted beside the trigger, all in one
 * write; the rollout of what was written is the server's.
 */
export const deploymentConfigNotation: TriggerNotation = {
  stateOf(object) {
    const triggers = (object as KubeObject & { spec?: { triggers?: Trigger[] } }).spec?.triggers ?? [];
    if (!triggers.some(({ type }) => type === 'ImageChange')) return undefined;
    return { annotation: JSON.stringify(triggers), containers: containersAt(object, TEMPLATE_POD_SPEC) };
  },

  triggersOf: (state, namespace) =>
    triggersIn(state).flatMap(({ type, imageChangeParams }, index): ImageTrigger[] => {
      const { from = {}, automatic = false } = imageChangeParams ?? {};
      const tag = type === 'ImageChange' ? tagOfReference(from, namespace) : undefined;
      return tag ? [{ ...tag, fieldPath: pathOfTrigger(index), ...(!automatic && { isPaused: true }) }] : [];
    }),

  /** Nothing as long as one of the tags has never been resolved; afterwards, one that is gone keeps its last image. */
  plan(state, triggers, resolve) {
    const all = triggersIn(state);
    const resolved = triggers.map((trigger) => {
      const params = all[indexOf(trigger)]?.imageChangeParams ?? {};
      return { trigger, params, image: resolve(trigger) || params.lastTriggeredImage || '' };
    });
    if (resolved.some(({ image }) => image === '')) return [];
    return resolved.flatMap(({ trigger, params, image }) => changesOf(state, trigger, params, image));
  },

  requestFor(changes, { version, state }) {
    const images = new Map(changes.map(({ trigger, image }) => [trigger.fieldPath, image]));
    const triggers = triggersIn(state).map((trigger, index) => {
      const lastTriggeredImage = images.get(pathOfTrigger(index));
      if (lastTriggeredImage === undefined) return trigger;
      return { ...trigger, imageChangeParams: { ...trigger.imageChangeParams, lastTriggeredImage } };
    });
    const inContainers = changes.filter(({ container }) => container !== '');
    const podSpec = patchOf(inContainers, TEMPLATE_POD_SPEC, version);
    return {
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: { ...podSpec, spec: { ...(inContainers.length > 0 && (podSpec['spec'] as object)), triggers } },
    };
  },
};

/** One change for each container that has another image; for none but a new image, one of the trigger itself. */
function changesOf(state: ObjectState, trigger: ImageTrigger, params: ImageChangeParams, image: string): ImageChange[] {
  const { containerNames = [], lastTriggeredImage = '' } = params;
  const changes = state.containers
    .filter(({ name, image: present }) => containerNames.includes(name) && present !== image)
    .map(({ list, name, image: previous }) => ({
      trigger,
      list,
      container: name,
      image,
      previous,
      fieldPath: fieldPathOf(TEMPLATE_POD_SPEC.join('.'), list, name),
    }));
  if (changes.length > 0 || lastTriggeredImage === image) return changes;
  const fieldPath = `${trigger.fieldPath}.lastTriggeredImage`;
  return [{ trigger, list: 'containers', container: '', image, previous: lastTriggeredImage, fieldPath }];
}

function triggersIn({ annotation }: ObjectState): Trigger[] {
  return JSON.parse(annotation) as Trigger[];
}

function pathOfTrigger(index: number): string {
  return `spec.triggers[${index}].imageChangeParams`;
}

function indexOf({ fieldPath }: ImageTrigger): number {
  return Number(/\[(\d+)\]/.exec(fieldPath)?.[1]);
}
