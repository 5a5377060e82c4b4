import { observedGeneration } from './conditions.js';
import type { TagCondition, TagEvent, TagReference } from './types.js';

/** When a stream's tags were last imported (RFC 3339); removing it asks for another import of all. */
export const REPOSITORY_CHECK_ANNOTATION = 'openshift.io/image.dockerRepositoryCheck';
/** `"true"` allows plain HTTP and unverified TLS for the whole stream. */
export const INSECURE_REPOSITORY_ANNOTATION = 'openshift.io/image.insecureRepository';

type Annotations = Readonly<Record<string, string>> | undefined;

/** Does this tag come from an outside registry and want to be imported at all? */
export function isImportable(tag: TagReference): boolean {
  return tag.from?.kind === 'DockerImage' && !tag.reference;
}

/** Does the tag wait for an import? (contract: import, §9) */
export function needsImport(
  tag: TagReference,
  newest: TagEvent | undefined,
  conditions: readonly TagCondition[],
  isChecked: boolean,
): boolean {
  if (!isImportable(tag)) return false;
  if (tag.generation == null) return !isChecked;
  return tag.generation > observedGeneration(newest, conditions);
}

/** Was this stream imported before, as its annotation says? */
export function isChecked(annotations: Annotations): boolean {
  return Boolean(annotations?.[REPOSITORY_CHECK_ANNOTATION]);
}

/** Does the stream's whole repository wait for its one import? Then every importable tag goes with it. */
export function needsRepositoryImport(annotations: Annotations, dockerImageRepository: string | undefined): boolean {
  return Boolean(dockerImageRepository) && !isChecked(annotations);
}

/** May the stream's registry be asked without verified TLS? Only the exact text `true` counts. */
export function isInsecureRepository(annotations: Annotations): boolean {
  return annotations?.[INSECURE_REPOSITORY_ANNOTATION] === 'true';
}
