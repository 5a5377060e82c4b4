import {
  defaultPullPolicy,
  type FindImages,
  type LookupContainer,
  type LookupObject,
  type LookupTemplate,
  lookUpImages,
} from '@faktorz/domain';
import type { AdmissionRequest, AdmittedObject, PatchOperation } from './admission-review.js';
import { type CoveredKind, coveredKind } from './covered-kinds.js';

interface ReviewedContainer extends LookupContainer {
  imagePullPolicy?: string;
}

const LISTS = ['initContainers', 'containers'] as const;

/**
 * What has to change in an object before it is stored: names of tags become images, and a missing pull policy is what
 * Kubernetes makes of the name, not of the image. Asked again about its own outcome, it changes nothing. Throws what
 * `find` throws.
 */
export async function reviewImages(request: AdmissionRequest, find: FindImages): Promise<PatchOperation[]> {
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
    const old = operation === 'UPDATE' && oldObject ? oldObject : undefined;
    await lookUpImages(
      { object: object as LookupObject, template },
      old && { object: old as LookupObject, template: templateOf(kind, old) },
      find,
    );
  }
  return operations(pointerTo(kind), before, template);
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
