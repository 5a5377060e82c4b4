import type { FieldError } from '@faktorz/apimachinery';
import {
  InvalidImageReference,
  parseImageReference,
  validatePolicies,
  validateStreamName,
  type DockerImageReference,
  type RegistryCheck,
} from '@faktorz/domain';
import type { ImageStreamImport, RepositoryImportSpec } from './image-stream-import.js';

/** Old clients send this name to look streams up; the import itself then refuses it. */
const LEGACY_NAME = '*';

/** What is wrong with a defaulted request (contract: import, §1); `refusal` is asked for every image that can be read. */
export function validateRequest(
  { metadata, spec }: Pick<ImageStreamImport, 'metadata' | 'spec'>,
  refusal: RegistryCheck = () => undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, image] of (spec.images ?? []).entries()) {
    const path = `spec.images[${index}]`;
    if (image.to?.name === '')
      errors.push({
        field: `${path}.to.name`,
        type: 'Invalid',
        value: '',
        detail: 'the name of the target tag must be specified',
      });
    errors.push(...validateItem(image, path, refusal));
  }
  if (spec.repository) {
    errors.push(
      ...validateItem(spec.repository, 'spec.repository', refusal, {
        missing: 'container image references require a name',
        problemOf: ({ tag, id }) => (tag || id ? 'you must specify an image repository, not a tag or ID' : undefined),
      }),
    );
  }
  if (!spec.images?.length && !spec.repository) {
    // Kubernetes prints an absent value as this text, quotes included.
    errors.push({
      field: 'spec.images',
      type: 'Invalid',
      value: 'null',
      detail: 'you must specify at least one image or a repository import',
    });
  }
  return [...errors, ...validateName(metadata)];
}

/** What the name of a source has to be, beyond a reference that can be read. */
interface SourceRule {
  /** Said where there is no name. */
  missing: string;
  problemOf(reference: DockerImageReference): string | undefined;
}

const ANY_IMAGE: SourceRule = { missing: '', problemOf: () => undefined };

function validateItem(
  { from, importPolicy, referencePolicy }: RepositoryImportSpec,
  path: string,
  refusal: RegistryCheck,
  { missing, problemOf }: SourceRule = ANY_IMAGE,
): FieldError[] {
  const errors: FieldError[] = [];
  const field = `${path}.from.name`;
  if (from.kind !== 'DockerImage') {
    errors.push({
      field: `${path}.from.kind`,
      type: 'Invalid',
      value: from.kind,
      detail: 'only DockerImage is supported',
    });
  } else if (from.name === '') {
    errors.push({ field, type: 'Required', detail: missing });
  } else if (from.name !== LEGACY_NAME) {
    errors.push(
      ...nameErrors(field, from.name, problemOf, (reference) => refusal(reference, importPolicy.insecure ?? false)),
    );
  }
  return [...errors, ...validatePolicies({ importPolicy, referencePolicy }, path)];
}

function nameErrors(
  field: string,
  name: string,
  problemOf: SourceRule['problemOf'],
  refusalOf: (reference: DockerImageReference) => string | undefined,
): FieldError[] {
  try {
    const reference = parseImageReference(name);
    const problem = problemOf(reference);
    const refusal = refusalOf(reference);
    return [
      ...(problem === undefined ? [] : [{ field, type: 'Invalid' as const, value: name, detail: problem }]),
      ...(refusal === undefined ? [] : [{ field, type: 'Forbidden' as const, detail: refusal }]),
    ];
  } catch (error) {
    if (error instanceof InvalidImageReference) return [{ field, type: 'Invalid', value: name, detail: error.message }];
    throw error;
  }
}

function validateName({ name, namespace = '' }: ImageStreamImport['metadata']): FieldError[] {
  if (!name) return [{ field: 'metadata.name', type: 'Required', detail: 'name or generateName is required' }];
  return validateStreamName(name, namespace);
}
