import { parseTagSource, type StreamName, type TagCause, type TagSource } from '@faktorz/domain';

/** As much of a history entry, and of its tag's spec, as tells where the image was taken from. */
interface Entry {
  cause: TagCause;
  from: TagSource | null;
}

/** A push or import brings its image itself; whatever a mapping claims is a push. */
export const TAKING_CAUSES: readonly TagCause[] = ['tag', 'follow', 'rollback'];

/** The other streams from which the entries' tags took their image. */
export function imageOrigins(stream: StreamName, entries: readonly Entry[]): { namespace: string; stream: string }[] {
  const origins = new Map<string, { namespace: string; stream: string }>();
  for (const { cause, from } of entries) {
    if (!TAKING_CAUSES.includes(cause) || !from || from.kind === 'DockerImage') continue;
    const source = parseTagSource(stream, from);
    if (!source || source.isSameStream) continue;
    const { namespace, name } = source;
    origins.set(`${namespace}/${name}`, { namespace, stream: name });
  }
  return [...origins.values()];
}
