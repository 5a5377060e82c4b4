import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';
import type { DockerImageReference } from '../reference/image-reference.js';
import type { FieldError } from '../validation/field-error.js';
import type { TagReference, TagSource } from './types.js';

/** Says why an image may not come from its registry (allow-list, contract: import, §8); `undefined` when it may. */
export type RegistryCheck = (reference: DockerImageReference, insecure: boolean) => string | undefined;

export interface TagValidation {
  /** The stream's insecureRepository annotation is set. */
  insecureRepository?: boolean;
  registryRefusal?: RegistryCheck;
}

/** What is wrong with a defaulted spec tag. `path` is `spec.tags[<name>]` in a stream, `tag` in an ImageStreamTag, `spec` in an ImageTag. */
export function validateTagReference(tag: TagReference, path: string, options: TagValidation = {}): FieldError[] {
  return [...(tag.from ? validateSource(tag, tag.from, path, options) : []), ...validatePolicies(tag, path)];
}

/** Path of a spec tag's errors in a stream. */
export function tagPath(tag: string): string {
  return `spec.tags[${tag}]`;
}

function validateSource(tag: TagReference, from: TagSource, path: string, options: TagValidation): FieldError[] {
  const errors: FieldError[] = [];
  if (!from.name) errors.push({ field: `${path}.from.name`, type: 'Required', detail: '' });
  switch (from.kind) {
    case 'DockerImage':
      if (from.name) errors.push(...validateDockerImage(tag, from.name, `${path}.from.name`, options));
      break;
    case 'ImageStreamImage':
    case 'ImageStreamTag':
      if (tag.importPolicy.scheduled) {
        errors.push({
          field: `${path}.importPolicy.scheduled`,
          type: 'Invalid',
          value: true,
          detail: 'only tags pointing to Docker repositories may be scheduled for background import',
        });
      }
      break;
    default:
      errors.push({
        field: `${path}.from.kind`,
        type: 'Required',
        detail: "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'",
      });
  }
  return errors;
}

function validateDockerImage(tag: TagReference, name: string, field: string, options: TagValidation): FieldError[] {
  try {
    const insecure = Boolean(tag.importPolicy.insecure || options.insecureRepository);
    const reference = parseImageReference(name);
    const refusal = options.registryRefusal?.(reference, insecure);
    return refusal === undefined ? [] : [{ field, type: 'Forbidden', detail: refusal }];
  } catch (error) {
    if (error instanceof InvalidImageReference) return [{ field, type: 'Invalid', value: name, detail: error.message }];
    throw error;
  }
}

/** What is wrong with the policies of a spec tag or of an import's item, defaulted. `path` as in `validateTagReference`. */
export function validatePolicies(
  { referencePolicy, importPolicy }: Pick<TagReference, 'referencePolicy' | 'importPolicy'>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!['Source', 'Local'].includes(referencePolicy.type)) {
    errors.push({
      field: `${path}.referencePolicy.type`,
      type: 'Invalid',
      value: referencePolicy.type,
      detail: 'valid values are "Source", "Local"',
    });
  }
  if (!['', 'Legacy', 'PreserveOriginal'].includes(importPolicy.importMode ?? '')) {
    errors.push({
      field: `${path}.importPolicy.importMode`,
      type: 'Invalid',
      value: importPolicy.importMode,
      detail: "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
    });
  }
  return errors;
}
