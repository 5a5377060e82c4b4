import type { KubeObject } from '@faktorz/apimachinery';
import type { ImageTrigger } from '../../trigger/trigger-annotation.js';
import type { ObjectState } from '../../trigger/triggered-object.js';
import { type ObjectReference, tagOfReference } from '../tag-of-reference.js';
import type { TriggerNotation } from '../trigger-notation.js';

const PAUSED_ANNOTATION = 'openshift.io/build-config.paused';

interface ImageChangeTrigger {
  from?: ObjectReference;
  paused?: boolean;
  lastTriggeredImageID?: string;
}

interface BuildConfig extends KubeObject {
  spec?: {
    triggers?: { type?: string; imageChange?: ImageChangeTrigger }[];
    strategy?: Record<string, { from?: ObjectReference } | string>;
  };
  status?: {
    lastVersion?: number;
    imageChangeTriggers?: { from?: ObjectReference; lastTriggeredImageID?: string }[];
  };
}

/** What is kept of an image change trigger. */
interface Trigger {
  /** Its place in `spec.triggers`. */
  index: number;
  from: ObjectReference;
  paused: boolean;
  /** Pull specs it has started builds for: as the status has it, and as older servers noted it beside the trigger. */
  built: string[];
}

interface BuildState {
  paused: boolean;
  lastVersion: number;
  triggers: Trigger[];
}

/** Image change triggers in `spec.triggers`. A new image asks for a build; the server keeps count, and the images built. */
export const buildConfigNotation: TriggerNotation = {
  stateOf(object) {
    const { metadata, status, ...config } = object as BuildConfig;
    const triggers = triggersOf(config, metadata.namespace ?? '', status);
    if (triggers.length === 0) return undefined;
    const state: BuildState = {
      paused: metadata.annotations?.[PAUSED_ANNOTATION]?.toLowerCase() === 'true',
      lastVersion: status?.lastVersion ?? 0,
      triggers,
    };
    return { annotation: JSON.stringify(state), containers: [] };
  },

  triggersOf(state, namespace) {
    const { paused, triggers } = read(state);
    return triggers.flatMap((trigger): ImageTrigger[] => {
      const tag = tagOfReference(trigger.from, namespace);
      const isPaused = paused || trigger.paused;
      return tag ? [{ ...tag, fieldPath: pathOfTrigger(trigger), ...(isPaused && { isPaused }) }] : [];
    });
  },

  plan(state, triggers, resolve) {
    const byPath = new Map(read(state).triggers.map((trigger) => [pathOfTrigger(trigger), trigger]));
    return triggers.flatMap((trigger) => {
      const image = resolve(trigger);
      const built = byPath.get(trigger.fieldPath)?.built ?? [];
      if (image === undefined || built.includes(image)) return [];
      const { fieldPath } = trigger;
      return [{ trigger, list: 'containers' as const, container: '', image, previous: built[0] ?? '', fieldPath }];
    });
  },

  /** One build for all images that are new. `lastVersion` has the server refuse it when another was started meanwhile. */
  requestFor(changes, { name, state }) {
    const { triggers, lastVersion } = read(state);
    const byPath = new Map(triggers.map((trigger) => [pathOfTrigger(trigger), trigger]));
    const causes = changes.map(({ trigger, image }) => ({
      imageID: image,
      fromRef: byPath.get(trigger.fieldPath)?.from ?? {},
    }));
    return {
      method: 'POST',
      subresource: 'instantiate',
      contentType: 'application/json',
      body: {
        kind: 'BuildRequest',
        apiVersion: 'build.openshift.io/v1',
        metadata: { name },
        lastVersion,
        triggeredByImage: { kind: 'DockerImage', name: causes[0]?.imageID },
        from: causes[0]?.fromRef,
        triggeredBy: causes.map((imageChangeBuild) => ({ message: 'Image change', imageChangeBuild })),
      },
    };
  },

  // Nothing but the words of these refusals tells them from others.
  isOvertaken: ({ message }) =>
    /the LastVersion\(\d+\) on build config|has already instantiated a build for imageid/.test(message),
  // Another image of the build is missing: no trigger tells when it comes.
  isPassing: ({ message }) => message.startsWith('Error resolving '),
  reportOf: ({ message }, { namespace, name }) => ({
    reason: 'BuildConfigTriggerFailed',
    message: `error triggering Build for BuildConfig ${namespace}/${name}: ${message}`,
  }),
};

function triggersOf({ spec }: Pick<BuildConfig, 'spec'>, namespace: string, status: BuildConfig['status']): Trigger[] {
  return (spec?.triggers ?? []).flatMap(({ type, imageChange = {} }, index): Trigger[] => {
    const from = imageChange.from ?? strategyFrom(spec?.strategy);
    if (type !== 'ImageChange' || !from || !tagOfReference(from, namespace)) return [];
    const inStatus = status?.imageChangeTriggers?.find(
      (other) =>
        other.from?.name === from.name && (other.from?.namespace || namespace) === (from.namespace || namespace),
    );
    const built = [inStatus?.lastTriggeredImageID, imageChange.lastTriggeredImageID].filter((image) => !!image);
    return [{ index, from, paused: imageChange.paused === true, built: built as string[] }];
  });
}

/** The image the strategy builds on, if it names one. */
function strategyFrom(strategy: NonNullable<BuildConfig['spec']>['strategy'] = {}): ObjectReference | undefined {
  for (const key of ['sourceStrategy', 'dockerStrategy', 'customStrategy']) {
    const part = strategy[key];
    if (typeof part === 'object' && part.from) return part.from;
  }
  return undefined;
}

function read({ annotation }: ObjectState): BuildState {
  return JSON.parse(annotation) as BuildState;
}

function pathOfTrigger({ index }: Trigger): string {
  return `spec.triggers[${index}].imageChange`;
}
