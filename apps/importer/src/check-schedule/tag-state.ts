import type { ImageStreamView } from '../stream/stream-reader.js';
import type { ScheduledCheck } from './check-schedule.store.js';

/** How a scheduled tag stands at its owner. */
export interface TagState {
  generation?: number;
  /** Digest it points at now. */
  image?: string;
  /** Its last import failed. */
  hasFailed: boolean;
}

/** The tag's state; undefined when the stream or tag is gone, is another one, or wants no checks of this source any more. */
export function tagStateOf(stream: ImageStreamView | undefined, check: ScheduledCheck): TagState | undefined {
  if (!stream || stream.metadata.uid !== check.uid) return undefined;
  const spec = stream.spec.tags?.find(({ name }) => name === check.tag);
  const isWanted =
    spec?.from?.kind === 'DockerImage' &&
    spec.from.name === check.item.from &&
    !spec.reference &&
    spec.importPolicy.scheduled;
  if (!spec || !isWanted) return undefined;
  const status = stream.status?.tags?.find(({ tag }) => tag === check.tag);
  return {
    generation: spec.generation ?? undefined,
    image: status?.items?.[0]?.image,
    hasFailed: (status?.conditions ?? []).some((condition) => condition.status === 'False'),
  };
}
