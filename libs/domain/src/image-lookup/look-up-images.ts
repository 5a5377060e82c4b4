import type { AnswerOf } from '../requests/define-request.js';
import type { ResolveImages } from '../requests/tag-tracker.requests.js';
import { type ImageCandidate, imageCandidate } from './image-candidate.js';
import type { LookupContainer, LookupSubject } from './lookup-subject.js';
import { newContainers, resolvesNames } from './new-containers.js';

/** What tags of streams of the object's namespace stand for; those whose stream does not exist are left out. */
export type FindImages = (images: ImageCandidate[]) => Promise<FoundImages>;
type FoundImages = AnswerOf<typeof ResolveImages>['images'];

interface Wanted {
  container: LookupContainer;
  candidate: ImageCandidate;
}

/**
 * Replaces, in the template, image names that mean a tag of an image stream by the image the tag points at (contract: pod
 * admission), where `newContainers` says that they are to be looked at. Throws what `find` throws.
 */
export async function lookUpImages(
  subject: LookupSubject,
  old: LookupSubject | undefined,
  find: FindImages,
): Promise<void> {
  const resolvesAllNames = resolvesNames(subject.object, subject.template);
  const wanted = newContainers(subject, old).flatMap(({ container }): Wanted[] => {
    const candidate = imageCandidate(container.image ?? '', resolvesAllNames);
    return candidate ? [{ container, candidate }] : [];
  });
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

function keyOf({ stream, tag }: ImageCandidate): string {
  return `${stream}:${tag}`;
}
