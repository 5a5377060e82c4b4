import { type AnswerOf, ResolveImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import type { WorkloadKind } from '../kind/workload-kind.js';
import { type Container, containersOf, type PodTemplate, type Workload } from '../pod/pod-spec.js';
import { type ImageCandidate, imageCandidate } from './image-candidate.js';

/** On a pod template, else on the object: `*` has all image names of the object resolved. */
export const RESOLVE_NAMES_ANNOTATION = 'alpha.image.policy.openshift.io/resolve-names';

type Found = AnswerOf<typeof ResolveImages>['images'][number];

interface Wanted {
  container: Container;
  candidate: ImageCandidate;
}

/**
 * Replaces image names that mean a tag of an image stream by the image the tag points at, when an object is made or
 * changed (contract: pod admission). What a controller made is left alone: its template was looked up.
 */
@Injectable()
export class ImageLookup {
  constructor(private readonly requests: Requests) {}

  /** Throws ServiceUnavailable or Timeout when tag-tracker does not answer: the object must not run another image. */
  async admit(kind: WorkloadKind, object: Workload, old?: Workload): Promise<void> {
    const template = kind.template?.(object);
    if (!template || object.metadata.ownerReferences?.some(({ controller }) => controller)) return;
    if (old && kind.looksUpOnUpdate === false) return;
    const resolvesAllNames = resolvesNames(object, template);
    const oldTemplate = old && kind.template?.(old);
    const looked = old && resolvesAllNames === resolvesNames(old, oldTemplate) ? imagesOf(oldTemplate) : undefined;
    const wanted = candidates(template, looked, resolvesAllNames);
    if (wanted.length === 0) return;
    const found = await this.find(object.metadata.namespace ?? '', wanted);
    for (const { container, candidate } of wanted) {
      const image = lookedUp(found.get(keyOf(candidate)), candidate.tag, resolvesAllNames);
      if (image !== undefined) container.image = image;
    }
  }

  private async find(namespace: string, wanted: readonly Wanted[]): Promise<Map<string, Found>> {
    const names = new Map(wanted.map(({ candidate }) => [keyOf(candidate), candidate]));
    const { images } = await this.requests.ask(ResolveImages, { namespace, images: [...names.values()] });
    return new Map(images.map((image) => [keyOf(image), image]));
  }
}

/** What takes the place of an image name; undefined: it stays. */
function lookedUp(found: Found | undefined, tag: string, resolvesAllNames: boolean): string | undefined {
  if (!found || (!found.isLocal && !resolvesAllNames)) return undefined;
  if (found.image !== undefined) return found.image;
  // The stream has no such image yet: the name must not come to mean one of another registry.
  return found.repository === '' ? undefined : `${found.repository}:${tag}`;
}

function candidates(
  template: PodTemplate,
  looked: ReadonlyMap<string, string> | undefined,
  resolvesAllNames: boolean,
): Wanted[] {
  return containersOf(template.spec).flatMap(({ container }) => {
    const { name = '', image = '' } = container;
    if (looked?.get(name) === image) return [];
    const candidate = imageCandidate(image, resolvesAllNames);
    return candidate ? [{ container, candidate }] : [];
  });
}

function imagesOf(template: PodTemplate | undefined): Map<string, string> {
  return new Map(containersOf(template?.spec).map(({ container: { name = '', image = '' } }) => [name, image]));
}

function resolvesNames(object: Workload, template: PodTemplate | undefined): boolean {
  const { annotations } = template?.metadata ?? {};
  const value = annotations?.[RESOLVE_NAMES_ANNOTATION] ?? object.metadata.annotations?.[RESOLVE_NAMES_ANNOTATION];
  return value === '*';
}

function keyOf({ stream, tag }: ImageCandidate): string {
  return `${stream}:${tag}`;
}
