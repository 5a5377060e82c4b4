import type { FieldError, SelectableFields, TableColumn } from '@faktorz/apimachinery';
import type { ObjectReference } from '../openshift/object-reference.js';
import type { Open, PodTemplate, Workload } from '../pod/pod-spec.js';

/** A reference to an image, and the field that names it. */
export interface ImageField {
  field: string;
  reference: ObjectReference;
}

/** One kind of this service: what is its own beside what all of them do. All are namespaced and of version v1. */
export interface WorkloadKind {
  group: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  columns: readonly TableColumn<Workload>[];
  fields?: SelectableFields<Workload>;
  /** The pod template, or what stands for it: a pod is its own. Absent: the object has none. */
  template?(object: Workload): PodTemplate | undefined;
  /** References to images of an object without a template. */
  references?(object: Workload): ImageField[];
  /** Are its images run as soon as it exists? Then the execution rule holds for them. */
  runsImages?: true;
  /** Fills defaults, as the API server of Kubernetes or OpenShift does. */
  default?(object: Workload): void;
  /** Server-owned fields of a new object; its metadata are complete. */
  prepare?(object: Workload): void;
  /** The status of a new object. Absent: the kind has none, or takes what is sent. */
  newStatus?(object: Workload): Open;
  validate(object: Workload, old: Workload | undefined): FieldError[];
  /** Who writes the status: its own subresource (default), or whoever writes the object. */
  statusIsWrittenWith?: 'object';
  /** The status after a change of the object, where that can change it. Absent: the old one. */
  keepStatus?(sent: Open | undefined, old: Open | undefined): Open | undefined;
  /** May an update come without resourceVersion? Default true. */
  allowsUnconditionalUpdate?: false;
  /** When image names are looked up; default: whenever they are new. Where images never change, it is when the object is made. */
  looksUp?: 'when made' | 'never';
  /** Do annotations count as a change of the desired state? */
  generationCountsAnnotations?: true;
  /** Has `/scale`: labels its pods are found by. */
  scale?: { selectorOf(object: Workload): string };
}

/** The spec, made if there is none. */
export function specOf(object: Workload): Open {
  object.spec ??= {};
  return object.spec;
}

/** The object at a key, made if there is none. */
export function ensured<T extends object = Open>(parent: Open, key: string): T {
  parent[key] ??= {};
  return parent[key] as T;
}

/** A number at a key; 0 when there is none. */
export function numberAt(parent: Open | undefined, key: string): number {
  const value = parent?.[key];
  return typeof value === 'number' ? value : 0;
}

/** A text at a key; empty when there is none. */
export function textAt(parent: Open | undefined, key: string): string {
  const value = parent?.[key];
  return typeof value === 'string' ? value : '';
}
