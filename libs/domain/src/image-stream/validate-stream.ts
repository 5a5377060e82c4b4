import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import type { FieldError } from '../validation/field-error.js';
import { isRepositoryNameTooLong, streamNameProblems } from './stream-name.js';
import type { TagReference } from './types.js';
import { tagPath, validateTagReference, type TagValidation } from './validate-tag.js';

/** The parts of a stream's spec that can be wrong. */
export interface StreamSpec {
  dockerImageRepository?: string;
  tags?: readonly TagReference[];
}

/** What is wrong with a stream's name and spec; the tags may be a selection (those that changed). */
export function validateImageStream(
  name: string,
  namespace: string,
  spec: StreamSpec,
  options: TagValidation = {},
): FieldError[] {
  return [
    ...validateStreamName(name, namespace),
    ...validateRepository(spec.dockerImageRepository ?? '', options),
    ...(spec.tags ?? []).flatMap((tag) => validateTagReference(tag, tagPath(tag.name), options)),
  ];
}

/** What is wrong with a stream's name. */
export function validateStreamName(name: string, namespace: string): FieldError[] {
  const problems = streamNameProblems(name);
  if (isRepositoryNameTooLong(namespace, name)) problems.push("'namespace/name' cannot be longer than 255 characters");
  return problems.map((detail) => ({ field: 'metadata.name', type: 'Invalid', value: name, detail }));
}

function validateRepository(repository: string, options: TagValidation): FieldError[] {
  if (repository === '') return [];
  const field = 'spec.dockerImageRepository';
  const invalid = (detail: string): FieldError => ({ field, type: 'Invalid', value: repository, detail });
  try {
    const reference = parseImageReference(repository);
    const refusal = options.registryRefusal?.(reference, options.insecureRepository ?? false);
    return [
      ...(reference.tag ? [invalid('the repository name may not contain a tag')] : []),
      ...(reference.id ? [invalid('the repository name may not contain an ID')] : []),
      ...(refusal === undefined ? [] : [{ field, type: 'Forbidden' as const, detail: refusal }]),
    ];
  } catch (error) {
    if (error instanceof InvalidImageReference) return [invalid(error.message)];
    throw error;
  }
}
