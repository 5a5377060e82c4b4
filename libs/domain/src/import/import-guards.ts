import { DomainError, type ErrorReason } from '../domain-error.js';
import type { ImportResults } from './import-results.js';

/** The stream an import was made for is another one now, or none: nothing of it is applied (contract: references, §6). */
export class ImportGuardFailed extends DomainError {
  constructor(
    readonly reason: Extract<ErrorReason, 'Conflict' | 'NotFound'>,
    readonly stream: string,
    message: string,
  ) {
    super(message);
  }
}

/** Checks an import's guards against the stream as it is. Throws `ImportGuardFailed`: NotFound for a stream that is missing or another of the same name, Conflict for one that changed. */
export function checkImportGuards(
  { stream: name, guards }: Pick<ImportResults, 'stream' | 'guards'>,
  stream: { uid: string; resourceVersion: string } | undefined,
): void {
  const isGuarded = Boolean(guards.resourceVersion || guards.uid);
  const notFound = `imagestream.image.openshift.io ${JSON.stringify(name)} not found`;
  if (!stream) {
    if (isGuarded) throw new ImportGuardFailed('NotFound', name, notFound);
    return;
  }
  if (guards.resourceVersion && guards.resourceVersion !== stream.resourceVersion) {
    const [before, after] = [guards.resourceVersion, stream.resourceVersion].map((version) => JSON.stringify(version));
    const message = `Operation cannot be fulfilled on imagestream.image.openshift.io ${JSON.stringify(name)}: the image stream was updated from ${before} to ${after}`;
    throw new ImportGuardFailed('Conflict', name, message);
  }
  if (guards.uid && guards.uid !== stream.uid) throw new ImportGuardFailed('NotFound', name, notFound);
}
