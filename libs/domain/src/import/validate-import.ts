import { validatePolicies, type RegistryCheck } from '../image-stream/validate-tag.js';
import { validateStreamName } from '../image-stream/validate-stream.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import type { DockerImageReference } from '../reference/image-reference.js';
import type { FieldError } from '../validation/field-error.js';
import type { ImageImportSpec, RepositoryImportSpec } from './import-request.js';

/** The spec of an ImageStreamImport, defaulted. */
export interface ImportSpec {
  images?: readonly ImageImportSpec[];
  repository?: RepositoryImportSpec;
}

/** What is wrong with an ImageStreamImport (contract: import, §1). `registryRefusal` is asked for every image that can be read; see `importRefusal`. */
export function validateImageStreamImport(
  name: string,
  namespace: string,
  spec: ImportSpec,
  registryRefusal?: RegistryCheck,
): FieldError[] {
  const { images = [], repository } = spec;
  const errors = [
    ...validateStreamName(name, namespace),
    ...images.flatMap((image, index) => validateImage(image, `spec.images[${index}]`, registryRefusal)),
    ...(repository ? validateRepository(repository, registryRefusal) : []),
  ];
  if (images.length === 0 && !repository) {
    const detail = 'you must specify at least one image or a repository import';
    errors.push({ field: 'spec.images', type: 'Invalid', value: null, detail });
  }
  return errors;
}

function validateImage(image: ImageImportSpec, path: string, registryRefusal: RegistryCheck | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (image.to?.name === '') {
    errors.push({
      field: `${path}.to.name`,
      type: 'Invalid',
      value: '',
      detail: 'the name of the target tag must be specified',
    });
  }
  const checked = image.from.name === '*' ? { errors: [] } : validateSource(image, path, registryRefusal);
  return [...errors, ...checked.errors, ...validatePolicies(image, path)];
}

function validateRepository(
  repository: RepositoryImportSpec,
  registryRefusal: RegistryCheck | undefined,
): FieldError[] {
  const path = 'spec.repository';
  const { errors, reference } = validateSource(repository, path, registryRefusal);
  if (reference?.tag || reference?.id) {
    const detail = 'you must specify an image repository, not a tag or ID';
    errors.push({ field: `${path}.from.name`, type: 'Invalid', value: repository.from.name, detail });
  }
  return [...errors, ...validatePolicies(repository, path)];
}

function validateSource(
  { from, importPolicy }: RepositoryImportSpec,
  path: string,
  registryRefusal: RegistryCheck | undefined,
): { errors: FieldError[]; reference?: DockerImageReference } {
  if (from.kind !== 'DockerImage') {
    const detail = 'only DockerImage is supported';
    return { errors: [{ field: `${path}.from.kind`, type: 'Invalid', value: from.kind, detail }] };
  }
  const field = `${path}.from.name`;
  if (from.name === '') return { errors: [{ field, type: 'Required', detail: '' }] };
  try {
    const reference = parseImageReference(from.name);
    const refusal = registryRefusal?.(reference, Boolean(importPolicy.insecure));
    return { reference, errors: refusal === undefined ? [] : [{ field, type: 'Forbidden', detail: refusal }] };
  } catch (error) {
    if (!(error instanceof InvalidImageReference)) throw error;
    return { errors: [{ field, type: 'Invalid', value: from.name, detail: error.message }] };
  }
}
