import type { LookupContainer, LookupObject, LookupSubject, LookupTemplate } from './lookup-subject.js';

/** On a pod template, or on the object: `*` has all image names of the object resolved. */
export const RESOLVE_NAMES_ANNOTATION = 'alpha.image.policy.openshift.io/resolve-names';

/** A container, and where it stands below the pod spec. */
export interface PlacedContainer {
  container: LookupContainer;
  /** Such as `initContainers[0]`. */
  path: string;
}

/**
 * The containers whose images admission looks at: of an object that changes (`old` is what it was) only those with a new
 * image, or all when it has just asked for all names to be resolved. What a controller made is left alone: its template
 * was looked at.
 */
export function newContainers({ object, template }: LookupSubject, old?: LookupSubject): PlacedContainer[] {
  if (!template || object.metadata.ownerReferences?.some(({ controller }) => controller)) return [];
  const isSameWay = old && resolvesNames(object, template) === resolvesNames(old.object, old.template);
  const seen = isSameWay ? imagesOf(old.template) : undefined;
  return containersOf(template).filter(({ container: { name = '', image = '' } }) => seen?.get(name) !== image);
}

/** Does the object ask for all its image names to be resolved? */
export function resolvesNames(object: LookupObject, template: LookupTemplate | undefined): boolean {
  return [template, object].some((part) => part?.metadata?.annotations?.[RESOLVE_NAMES_ANNOTATION] === '*');
}

/** Of two containers with one name the first counts, init containers before the others. */
function imagesOf(template: LookupTemplate | undefined): Map<string, string> {
  return new Map(
    containersOf(template)
      .reverse()
      .map(({ container: { name = '', image = '' } }) => [name, image]),
  );
}

function containersOf(template: LookupTemplate | undefined): PlacedContainer[] {
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (template?.spec?.[list] ?? []).map((container, index) => ({ container, path: `${list}[${index}]` })),
  );
}
