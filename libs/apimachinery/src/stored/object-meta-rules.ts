import type { KubeObject, ObjectMeta, OwnerReference } from '../kube-object.js';
import type { FieldError } from '../resource-definition.js';
import { labelKeyProblems, labelValueProblems, subdomainProblems } from '../selection/label-syntax.js';

/** Keys and values of all annotations together. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

export interface NameRules {
  namespaced: boolean;
  validateName?(name: string): string[];
}

/** What is wrong with an object's metadata, on its own. */
export function metadataErrors({ metadata }: KubeObject, rules: NameRules): FieldError[] {
  return [
    ...nameErrors(metadata, rules),
    ...labelErrors(metadata.labels),
    ...annotationErrors(metadata.annotations),
    ...(metadata.ownerReferences ?? []).flatMap(ownerErrors),
    ...controllerErrors(metadata.ownerReferences),
    ...(metadata.finalizers ?? []).flatMap((finalizer) =>
      labelKeyProblems(finalizer).map((detail) => invalidValue('metadata.finalizers', finalizer, detail)),
    ),
  ];
}

/** What is wrong with a change of an object's metadata. */
export function metadataUpdateErrors(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['name', 'namespace', 'uid'] as const) {
    if ((object.metadata[field] ?? '') !== (old.metadata[field] ?? '')) {
      errors.push(invalidValue(`metadata.${field}`, object.metadata[field] ?? '', 'field is immutable'));
    }
  }
  return [...errors, ...newFinalizerErrors(object, old)];
}

function nameErrors({ name, generateName, namespace }: ObjectMeta, rules: NameRules): FieldError[] {
  const problemsOf = rules.validateName?.bind(rules) ?? subdomainProblems;
  const errors: FieldError[] = [];
  if (generateName) {
    // A prefix may end in a dash or dot; with the part that is appended it no longer does.
    const problems = problemsOf(generateName.replace(/[-.]$/, 'a'));
    errors.push(...problems.map((detail) => invalidValue('metadata.generateName', generateName, detail)));
  }
  if (!name) errors.push({ field: 'metadata.name', type: 'Required', detail: 'name or generateName is required' });
  else errors.push(...problemsOf(name).map((detail) => invalidValue('metadata.name', name, detail)));
  if (rules.namespaced && !namespace) errors.push({ field: 'metadata.namespace', type: 'Required', detail: '' });
  if (!rules.namespaced && namespace) {
    errors.push({ field: 'metadata.namespace', type: 'Forbidden', detail: 'not allowed on this type' });
  }
  return errors;
}

function labelErrors(labels: ObjectMeta['labels']): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...labelKeyProblems(key).map((detail) => invalidValue('metadata.labels', key, detail)),
    ...labelValueProblems(value).map((detail) => invalidValue('metadata.labels', value, detail)),
  ]);
}

function annotationErrors(annotations: ObjectMeta['annotations']): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    labelKeyProblems(key.toLowerCase()).map((detail) => invalidValue('metadata.annotations', key, detail)),
  );
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > MAX_ANNOTATIONS_BYTES) {
    errors.push({
      field: 'metadata.annotations',
      type: 'TooLong',
      detail: `may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`,
    });
  }
  return errors;
}

/** What is missing is empty, as in Kubernetes. */
function ownerErrors({ apiVersion = '', kind = '', name = '', uid = '' }: Partial<OwnerReference>): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'metadata.ownerReferences';
  if (!/^([^/]+\/)?[^/]+$/.test(apiVersion))
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalidValue(`${path}.kind`, kind, 'must not be empty'));
  if (name === '') errors.push(invalidValue(`${path}.name`, name, 'must not be empty'));
  if (uid === '') errors.push(invalidValue(`${path}.uid`, uid, 'must not be empty'));
  return errors;
}

function controllerErrors(owners: OwnerReference[] = []): FieldError[] {
  const [first, second] = owners.filter((owner) => owner.controller === true);
  if (first === undefined || second === undefined) return [];
  const [one, other] = [first, second].map(({ kind, name }) => `${kind}/${name}`);
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${one} and ${other}`;
  return [invalidValue('metadata.ownerReferences', owners, detail)];
}

/** What of an update holds up a deletion that has begun: finalizers that were not there. */
export function newFinalizerErrors({ metadata }: KubeObject, old: KubeObject): FieldError[] {
  if (!old.metadata.deletionTimestamp) return [];
  const known = new Set(old.metadata.finalizers);
  const added = (metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
  if (added.length === 0) return [];
  const shown = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  return [
    {
      field: 'metadata.finalizers',
      type: 'Forbidden',
      detail: `no new finalizers can be added if the object is being deleted, found new finalizers []string{${shown}}`,
    },
  ];
}

function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { field, type: 'Invalid', value, detail };
}
