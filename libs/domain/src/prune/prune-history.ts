import type { TagEvent, TagStatus } from '../image-stream/types.js';
import type { ImageUsage } from './image-usage.js';
import { isTooYoung, type PruneRun } from './prune-policy.js';

/** A stream as far as pruning looks at it. */
export interface PrunableStream {
  namespace: string;
  name: string;
  created: string | null | undefined;
  tags: readonly TagStatus[];
}

/** What the rules need to know of images. */
export interface KnownImages {
  has(digest: string): boolean;
  /** Bytes of all layers; 0 when unknown. */
  sizeOf(digest: string): number;
}

/** What is left of a stream's histories and what goes. */
export interface PrunedHistory {
  /** Without tags that have no entry left, whose conditions go with them. */
  tags: TagStatus[];
  dropped: TagEvent[];
}

export interface HistoryRules {
  run: PruneRun;
  usage: ImageUsage;
  images: KnownImages;
  /** Largest size of an image that the namespace allows; undefined without a limit. */
  sizeLimit?: number;
}

/** Takes from a stream's histories what nobody needs (contract: prune, §4). */
export function pruneHistory(stream: PrunableStream, rules: HistoryRules): PrunedHistory {
  if (!rules.run.overSizeLimit && isTooYoung(stream.created, rules.run)) return { tags: [...stream.tags], dropped: [] };
  const dropped: TagEvent[] = [];
  const tags: TagStatus[] = [];
  for (const status of stream.tags) {
    const items = status.items ?? [];
    const kept = items.filter((item, revision) => isKept(stream, status.tag, item, revision, rules));
    if (kept.length === items.length) {
      tags.push(status);
      continue;
    }
    dropped.push(...items.filter((item) => !kept.includes(item)));
    if (kept.length > 0) tags.push({ ...status, items: kept });
  }
  return { tags, dropped };
}

function isKept(stream: PrunableStream, tag: string, item: TagEvent, revision: number, rules: HistoryRules): boolean {
  const { run, usage, images, sizeLimit } = rules;
  // An entry of a reference tag names no image, so there is nothing to prune about it.
  if (item.image === '') return true;
  if (!run.overSizeLimit && isTooYoung(item.created, run)) return true;
  if (revision === 0 && usage.usesTag(stream.namespace, stream.name, tag)) return true;
  if (!images.has(item.image)) return false;
  if (run.overSizeLimit) {
    if (sizeLimit === undefined || images.sizeOf(item.image) <= sizeLimit) return true;
  } else if (revision < run.keepTagRevisions) return true;
  return usage.usesDigest(stream.namespace, stream.name, item.image);
}
