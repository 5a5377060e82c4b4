import {
  addTagEvent,
  followChanges,
  isFollower,
  recordTagEvent,
  type RecordedTagEvent,
  type TagCause,
  type TagCondition,
  type TagEvent,
  type TagReference,
} from '@faktorz/domain';
import { canonicalJson } from './canonical-json.js';
import type { TagState } from './image-stream.store.js';
import type { StoredTagEvent, TagChange } from './stream-change.js';
import type { TagRow } from './stream-rows.js';

/** Where a draft reads the tags it needs: database rows, or a whole stream object. */
export interface TagSource {
  tags(names: readonly string[]): Promise<TagState[]>;
  /** Tags that named this one as their source before the draft. */
  followersOf(tag: string): Promise<string[]>;
}

/** Who moves tags in this write, and because of what. */
export interface WriteCause {
  by: string;
  /** Id of the request, import or push. */
  id: string;
  /** RFC 3339 UTC, seconds. */
  now: string;
}

type DraftEntry = TagEvent & { seq?: string };

interface DraftTag {
  before: TagState | undefined;
  spec: TagReference | null;
  conditions: TagCondition[];
  newest: DraftEntry | undefined;
  /** The newest of the stored entries that stay. */
  stored: StoredTagEvent | undefined;
  end: string[];
  insert: (RecordedTagEvent & { seq?: string })[];
  removed: boolean;
}

/**
 * A write in progress to the tags of one stream. It loads only the tags it is asked about, applies the rules of tag
 * history to them, and says in the end which rows change.
 */
export class StreamDraft {
  private readonly tags = new Map<string, DraftTag>();

  constructor(
    private readonly stream: { namespace: string; name: string },
    private readonly source: TagSource,
    private readonly cause: WriteCause,
  ) {}

  /** Loads several tags at once, so that a write of many tags costs one query. */
  async load(names: readonly string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.tags.has(name));
    if (missing.length === 0) return;
    const found = new Map((await this.source.tags(missing)).map((tag) => [tag.tag, tag]));
    for (const name of missing) this.tags.set(name, draftTag(found.get(name)));
  }

  /** The tag as the draft has it now. */
  async tag(
    name: string,
  ): Promise<{ spec: TagReference | null; conditions: readonly TagCondition[]; newest?: TagEvent }> {
    const { spec, conditions, newest } = await this.draft(name);
    return { spec, conditions, newest };
  }

  async setSpec(name: string, spec: TagReference | null): Promise<void> {
    (await this.draft(name)).spec = spec;
  }

  async setConditions(name: string, conditions: TagCondition[]): Promise<void> {
    (await this.draft(name)).conditions = conditions;
  }

  /** Puts an event on top of the tag's history by the rules of tag events. */
  async addEvent(name: string, event: TagEvent, cause: TagCause): Promise<void> {
    const tag = await this.draft(name);
    const change = addTagEvent(tag.newest, event);
    if (change.action === 'none') return;
    tag.conditions = [];
    if (change.action !== 'prepend') {
      this.rewriteNewest(tag, { ...tag.newest, ...change.newest });
      return;
    }
    const mover = { cause, by: this.cause.by, causeId: this.cause.id };
    tag.insert.push(recordTagEvent(event, mover, this.cause.now));
    tag.newest = event;
  }

  /** Changes the newest entry's generation in place, as when another tag of the stream takes its image from it. */
  async raiseNewest(name: string, generation: number): Promise<void> {
    const tag = await this.draft(name);
    if (tag.newest && tag.newest.generation !== generation) this.rewriteNewest(tag, { ...tag.newest, generation });
  }

  /** Takes entries out of the tag's stored history; `newest` is the newest of those that stay. */
  async dropEntries(
    name: string,
    entries: readonly StoredTagEvent[],
    newest: StoredTagEvent | undefined,
  ): Promise<void> {
    const tag = await this.draft(name);
    tag.end.push(...entries.map(({ seq }) => seq));
    if (newest?.seq === tag.stored?.seq) return;
    tag.newest = newest;
    // For those who hear of it: the tag was not pushed or imported again, it went back.
    const record = newest && {
      ...newest.record,
      cause: 'rollback' as const,
      by: this.cause.by,
      causeId: this.cause.id,
    };
    tag.stored = newest && record && { ...newest, record };
  }

  /** Removes the tag with its whole history. */
  async remove(name: string): Promise<void> {
    const tag = await this.draft(name);
    Object.assign(tag, {
      removed: true,
      spec: null,
      conditions: [],
      newest: undefined,
      stored: undefined,
      end: [],
      insert: [],
    });
  }

  /** Moves every tag that follows a changed one, and those that follow these. */
  async follow(): Promise<void> {
    const changed = new Map<string, TagEvent>();
    for (const [name, { newest, insert, end }] of this.tags) {
      if (newest && (insert.length > 0 || end.length > 0)) changed.set(name, newest);
    }
    const moved = await followChanges(changed, {
      followersOf: (tag) => this.followers(tag),
      newestEvent: async (tag) => (await this.draft(tag)).newest,
    });
    for (const { tag, event } of moved) await this.addEvent(tag, apiFields(event), 'follow');
  }

  /** The rows this draft changes, tag by tag; tags that end as they were are left out. */
  changes(): TagChange[] {
    return [...this.tags].flatMap(([name, tag]) => {
      const change = tagChange(name, tag);
      return change ? [change] : [];
    });
  }

  private async draft(name: string): Promise<DraftTag> {
    await this.load([name]);
    return this.tags.get(name)!;
  }

  private async followers(name: string): Promise<string[]> {
    const stored = await this.source.followersOf(name);
    await this.load(stored);
    const candidates = new Set([...stored, ...this.tags.keys()]);
    return [...candidates].filter((candidate) => {
      const spec = this.tags.get(candidate)?.spec;
      return candidate !== name && spec != null && isFollower(this.stream, spec, name);
    });
  }

  private rewriteNewest(tag: DraftTag, event: DraftEntry): void {
    tag.newest = event;
    const last = tag.insert.length - 1;
    if (last >= 0) {
      tag.insert[last] = { ...tag.insert[last]!, ...event };
      return;
    }
    const stored = tag.stored!;
    tag.end.push(stored.seq);
    tag.insert.push({ ...stored, ...event, seq: stored.seq });
  }
}

function draftTag(before: TagState | undefined): DraftTag {
  return {
    before,
    spec: before?.spec ?? null,
    conditions: before?.conditions ?? [],
    newest: before?.newest,
    stored: before?.newest,
    end: [],
    insert: [],
    removed: false,
  };
}

function tagChange(name: string, tag: DraftTag): TagChange | undefined {
  const { before } = tag;
  const row: TagRow = { tag: name, spec: tag.spec, conditions: tag.conditions.length > 0 ? tag.conditions : null };
  const isEmpty = row.spec === null && row.conditions === null && tag.newest === undefined;
  const about = {
    tag: name,
    end: tag.end,
    insert: tag.insert,
    specBefore: before?.spec,
    before: before?.newest,
    after: newestOf(tag),
  };
  if (isEmpty || (tag.removed && tag.insert.length === 0))
    return before && { ...about, end: [], insert: [], row: null };
  const rowChanged = !before || !sameRow(row, before);
  if (!rowChanged && tag.insert.length === 0 && tag.end.length === 0) return undefined;
  return { ...about, ...(rowChanged && { row }) };
}

function newestOf(tag: DraftTag): RecordedTagEvent | undefined {
  return tag.insert.at(-1) ?? tag.stored;
}

function sameRow(row: TagRow, before: TagState): boolean {
  return (
    canonicalJson(row.spec) === canonicalJson(before.spec) &&
    canonicalJson(row.conditions) === canonicalJson(before.conditions)
  );
}

/** Without what a stored entry knows beside its API fields. */
function apiFields({ created, dockerImageReference, image, generation }: TagEvent): TagEvent {
  return { created, dockerImageReference, image, generation };
}
