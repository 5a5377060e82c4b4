import { type LookupSubject, newContainers, type PlacedContainer } from '@faktorz/domain';
import type { ImageField, WorkloadKind } from '../kind/workload-kind.js';
import type { ObjectReference } from '../openshift/object-reference.js';
import type { Workload } from '../pod/pod-spec.js';

/** What admission sees of an object: its template, or its references to images as if they were containers. */
export function admissionSubject(kind: WorkloadKind, object: Workload): LookupSubject {
  const references = kind.references?.(object);
  if (!references) return { object, template: kind.template?.(object) };
  const pulled = references.filter(({ reference }) => reference.kind === 'DockerImage');
  return { object, template: { spec: { containers: pulled.map(({ reference }) => containerOf(reference)) } } };
}

/** The images that the object is about to run, and was not running before. */
export function imagesToRun(kind: WorkloadKind, object: Workload, old: Workload | undefined): ImageField[] {
  if (!kind.runsImages || object.metadata.ownerReferences?.some(({ controller }) => controller)) return [];
  const before = old && admissionSubject(kind, old);
  return kind.references?.(object) ?? newContainers(admissionSubject(kind, object), before).map(imageField);
}

function imageField({ container, path }: PlacedContainer): ImageField {
  return { field: `spec.${path}.image`, reference: { kind: 'DockerImage', name: container.image ?? '' } };
}

/** A pull spec that is looked up where it stands. */
function containerOf(reference: ObjectReference): { image?: string } {
  return {
    get image() {
      return reference.name;
    },
    set image(name) {
      reference.name = name;
    },
  };
}
