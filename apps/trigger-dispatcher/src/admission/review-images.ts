import { invalid } from '@faktorz/apimachinery';
import {
  defaultPullPolicy,
  type FindImages,
  IMAGE_PROHIBITED,
  type ImageReference,
  type LookupContainer,
  type LookupObject,
  type LookupSubject,
  type LookupTemplate,
  lookUpImages,
  newContainers,
  resolvesNames,
} from '@faktorz/domain';
import type { AdmissionRequest, AdmittedObject, PatchOperation } from './admission-review.js';
import { type CoveredKind, coveredKind } from './covered-kinds.js';

interface ReviewedContainer extends LookupContainer {
  imagePullPolicy?: string;
}

/** What has to be asked about images. */
export interface ImageQuestions {
  find: FindImages;
  /** Places of those images that may not be run. */
  prohibited(images: ImageReference[], resolvesAllNames: boolean): Promise<readonly number[]>;
}

const LISTS = ['initContainers', 'containers'] as const;

/**
 * What has to change in an object before it is stored: names of tags become images, and a missing pull policy is what
 * Kubernetes makes of the name, not of the image. Asked again about its own outcome, it changes nothing. Throws Invalid for
 * an image that may not be run, and what the questions throw.
 */
export async function reviewImages(request: AdmissionRequest, ask: ImageQuestions): Promise<PatchOperation[]> {
  const { operation, resource, subResource, object, oldObject } = request;
  const kind = coveredKind(resource.group, resource.resource);
  const isWritten = operation === 'CREATE' || operation === 'UPDATE';
  if (!kind || !isWritten || subResource !== '' || !object) return [];
  const template = templateOf(kind, object);
  if (!template) return [];
  const before = structuredClone(template);
  for (const container of containersOf(template))
    container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  if (operation === 'CREATE' || kind.looksUpOnUpdate) {
    const subject = { object: object as LookupObject, template };
    const old = operation === 'UPDATE' && oldObject ? subjectOf(kind, oldObject) : undefined;
    if (kind.runsImages) await refuseProhibited(request, subject, old, ask);
    await lookUpImages(subject, old, ask.find);
  }
  return operations(pointerTo(kind), before, template);
}

async function refuseProhibited(
  { kind, name }: AdmissionRequest,
  subject: LookupSubject,
  old: LookupSubject | undefined,
  ask: ImageQuestions,
): Promise<void> {
  const placed = newContainers(subject, old);
  if (placed.length === 0) return;
  const images = placed.map(({ container }) => ({ kind: 'DockerImage', namespace: '', name: container.image ?? '' }));
  const prohibited = await ask.prohibited(images, resolvesNames(subject.object, subject.template));
  if (prohibited.length === 0) return;
  const errors = prohibited.map((place) => ({
    field: `spec.${placed[place]?.path}.image`,
    type: 'Forbidden' as const,
    detail: IMAGE_PROHIBITED,
  }));
  throw invalid(kind?.kind ?? '', kind?.group ?? '', name, errors);
}

function subjectOf(kind: CoveredKind, object: AdmittedObject): LookupSubject {
  return { object: object as LookupObject, template: templateOf(kind, object) };
}

/** A copy of the part with the containers; undefined where the object has none, which is for the API server to refuse. */
function templateOf(kind: CoveredKind, object: AdmittedObject): LookupTemplate | undefined {
  let part: unknown = object;
  for (const key of kind.template) part = isRecord(part) ? part[key] : undefined;
  if (!isRecord(part) || !isRecord(part['spec'])) return undefined;
  const { metadata, spec } = part;
  const annotations = isRecord(metadata) && isRecord(metadata['annotations']) ? metadata['annotations'] : undefined;
  const lists = LISTS.map((list) => [list, Array.isArray(spec[list]) ? spec[list].map(containerOf) : []] as const);
  return {
    ...(annotations && { metadata: { annotations: annotations as Record<string, string> } }),
    spec: Object.fromEntries(lists),
  };
}

function containerOf(given: unknown): ReviewedContainer {
  const text = (key: string): string | undefined => {
    const value = isRecord(given) ? given[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return { name: text('name'), image: text('image'), imagePullPolicy: text('imagePullPolicy') };
}

function containersOf({ spec }: LookupTemplate): ReviewedContainer[] {
  return LISTS.flatMap((list) => spec?.[list] ?? []);
}

function pointerTo({ template }: CoveredKind): string {
  return [...template, 'spec'].map((key) => `/${key}`).join('');
}

function operations(pointer: string, before: LookupTemplate, after: LookupTemplate): PatchOperation[] {
  return LISTS.flatMap((list) =>
    (after.spec?.[list] ?? []).flatMap((container: ReviewedContainer, index) => {
      const old: ReviewedContainer = before.spec?.[list]?.[index] ?? {};
      return (['image', 'imagePullPolicy'] as const).flatMap((field): PatchOperation[] => {
        const value = container[field];
        if (value === undefined || value === old[field]) return [];
        return [
          { op: old[field] === undefined ? 'add' : 'replace', path: `${pointer}/${list}/${index}/${field}`, value },
        ];
      });
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
