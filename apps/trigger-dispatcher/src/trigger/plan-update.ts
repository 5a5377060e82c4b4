import { type ContainerSelector, fieldPathOf, parseFieldPath } from './field-path.js';
import type { ImageTrigger } from './trigger-annotation.js';
import type { ContainerImage, ContainerList, ObjectState } from './triggered-object.js';

/** One image that has to change, and why. */
export interface ImageChange {
  trigger: ImageTrigger;
  list: ContainerList;
  container: string;
  image: string;
  previous: string;
  fieldPath: string;
}

/** A trigger names a container the object does not have. */
export class NoSuchContainer extends Error {
  constructor(readonly fieldPath: string) {
    super(`no such container: ${fieldPath}`);
  }
}

/**
 * What has to change so that the object shows the tags its triggers name; `resolve` gives the image of a tag, undefined
 * for one that points nowhere, whose trigger is passed over. One bad trigger stops the whole object: throws
 * InvalidFieldPath or NoSuchContainer.
 */
export function planUpdate(
  state: ObjectState,
  triggers: readonly ImageTrigger[],
  base: string,
  resolve: (trigger: ImageTrigger) => string | undefined,
): ImageChange[] {
  const now = new Map<ContainerImage, { image: string; trigger: ImageTrigger }>();
  for (const trigger of triggers) {
    const image = resolve(trigger);
    if (image === undefined) continue;
    const selector = parseFieldPath(trigger.fieldPath, base);
    if (!selector) continue;
    const container = find(state.containers, selector);
    if (!container) throw new NoSuchContainer(trigger.fieldPath);
    now.set(container, { image, trigger });
  }
  return [...now]
    .filter(([container, { image }]) => container.image !== image)
    .map(([{ list, name, image: previous }, { image, trigger }]) => ({
      trigger,
      list,
      container: name,
      image,
      previous,
      fieldPath: fieldPathOf(base, list, name),
    }));
}

/** By name, init containers are looked at first, whatever list the path says. */
function find(containers: readonly ContainerImage[], selector: ContainerSelector): ContainerImage | undefined {
  if (selector.by === 'name') return containers.find(({ name }) => name === selector.name);
  return containers.filter(({ list }) => list === selector.list)[selector.index];
}

/** The narrowest patch that makes the changes, of the object as of a version (strategic merge). */
export function patchOf(
  changes: readonly ImageChange[],
  podSpecPath: readonly string[],
  resourceVersion: string,
): Record<string, unknown> {
  const spec: Record<string, object[]> = {};
  for (const { list, container, image } of changes) (spec[list] ??= []).push({ name: container, image });
  const nested = [...podSpecPath].reverse().reduce<Record<string, unknown>>((inner, key) => ({ [key]: inner }), spec);
  return { metadata: { resourceVersion }, ...nested };
}
