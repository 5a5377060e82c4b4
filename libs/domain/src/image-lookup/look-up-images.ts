import type { AnswerOf } from '../requests/define-request.js';
import type { ResolveImages } from '../requests/tag-tracker.requests.js';
import { type ImageCandidate, imageCandidate } from './image-candidate.js';

/** On a pod template, else on the object: `*` has all image names of the object resolved. */
export const RESOLVE_NAMES_ANNOTATION = 'alpha.image.policy.openshift.io/resolve-names';

/** A container, as far as its image is looked up. */
export interface LookupContainer {
  name?: string;
  image?: string;
}

/** A pod template, or a pod, as far as images are looked up in it. */
export interface LookupTemplate {
  metadata?: { annotations?: Record<string, string> };
  spec?: { containers?: LookupContainer[]; initContainers?: LookupContainer[] };
}

/** An object whose images may be names of tags. */
export interface LookupObject {
  metadata: { annotations?: Record<string, string>; ownerReferences?: readonly { controller?: boolean }[] };
}

/** An object and where its containers stand. */
export interface LookupSubject {
  object: LookupObject;
  template: LookupTemplate | undefined;
}

/** What tags of streams of the object's namespace stand for; those whose stream does not exist are left out. */
export type FindImages = (images: ImageCandidate[]) => Promise<FoundImages>;
type FoundImages = AnswerOf<typeof ResolveImages>['images'];

interface Wanted {
  container: LookupContainer;
  candidate: ImageCandidate;
}

/**
 * Replaces, in the template, image names that mean a tag of an image stream by the image the tag points at (contract: pod
 * admission). Of an object that changes (`old` is what it was) only new images are looked up, or all when it has just asked
 * for all names to be resolved. What a controller made is left alone: its template was looked up. Throws what `find` throws.
 */
export async function lookUpImages(
  { object, template }: LookupSubject,
  old: LookupSubject | undefined,
  find: FindImages,
): Promise<void> {
  if (!template || object.metadata.ownerReferences?.some(({ controller }) => controller)) return;
  const resolvesAllNames = resolvesNames(object, template);
  const looked =
    old && resolvesAllNames === resolvesNames(old.object, old.template) ? imagesOf(old.template) : undefined;
  const wanted = candidates(template, looked, resolvesAllNames);
  if (wanted.length === 0) return;
  const names = new Map(wanted.map(({ candidate }) => [keyOf(candidate), candidate]));
  const found = new Map((await find([...names.values()])).map((image) => [keyOf(image), image]));
  for (const { container, candidate } of wanted) {
    const image = lookedUp(found.get(keyOf(candidate)), candidate.tag, resolvesAllNames);
    if (image !== undefined) container.image = image;
  }
}

/** What takes the place of an image name; undefined: it stays. */
function lookedUp(found: FoundImages[number] | undefined, tag: string, resolvesAllNames: boolean): string | undefined {
  if (!found || (!found.isLocal && !resolvesAllNames)) return undefined;
  if (found.image !== undefined) return found.image;
  // The stream has no such image yet: the name must not come to mean one of another registry.
  return found.repository === '' ? undefined : `${found.repository}:${tag}`;
}

function candidates(
  template: LookupTemplate,
  looked: ReadonlyMap<string, string> | undefined,
  resolvesAllNames: boolean,
): Wanted[] {
  return containersOf(template).flatMap((container) => {
    const { name = '', image = '' } = container;
    if (looked?.get(name) === image) return [];
    const candidate = imageCandidate(image, resolvesAllNames);
    return candidate ? [{ container, candidate }] : [];
  });
}

function imagesOf(template: LookupTemplate | undefined): Map<string, string> {
  return new Map(containersOf(template).map(({ name = '', image = '' }) => [name, image]));
}

function containersOf(template: LookupTemplate | undefined): LookupContainer[] {
  return [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])];
}

function resolvesNames(object: LookupObject, template: LookupTemplate | undefined): boolean {
  const { annotations } = template?.metadata ?? {};
  const value = annotations?.[RESOLVE_NAMES_ANNOTATION] ?? object.metadata.annotations?.[RESOLVE_NAMES_ANNOTATION];
  return value === '*';
}

function keyOf({ stream, tag }: ImageCandidate): string {
  return `${stream}:${tag}`;
}
