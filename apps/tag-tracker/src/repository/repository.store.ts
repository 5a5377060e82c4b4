import type { StreamName, TagCause, TagSource } from '@faktorz/domain';
import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { IMAGE_RESOURCE } from '../image/image-repository.js';
import { FOREVER } from '../image-stream/stream-rows.js';
import { TAKING_CAUSES } from './image-origins.js';

/** Where a history entry says that its image is. */
interface TagPlace {
  reference: string;
  insecure: boolean;
}

/** A history entry, and what its tag's spec says now. */
export interface ImageEntry extends TagPlace {
  cause: TagCause;
  /** The source of the tag, unless the tag is a mere reference. */
  from: TagSource | null;
}

/** The entry's stream allows plain HTTP, or its tag's import policy does. */
const INSECURE = `(coalesce(s.annotations->>'openshift.io/image.insecureRepository', '') = 'true'
  OR coalesce((t.spec->'importPolicy'->>'insecure')::boolean, false))`;
const CURRENT_STREAM = `image_stream_version s WHERE s.namespace = $1 AND s.name = $2 AND s.valid_to = ${FOREVER}`;
/** The entries `e` of a stream `s`, with their tags `t`. */
const ENTRIES = `image_stream_version s
  JOIN tag_event_version e ON e.stream_uid = s.uid AND e.valid_to = ${FOREVER}
  LEFT JOIN stream_tag_version t ON t.stream_uid = s.uid AND t.tag = e.tag AND t.valid_to = ${FOREVER}
  WHERE s.namespace = $1 AND s.name = $2 AND s.valid_to = ${FOREVER}`;
const ENTRY_COLUMNS = `e.reference, ${INSECURE} AS insecure, e.cause,
  CASE WHEN NOT coalesce((t.spec->>'reference')::boolean, false) THEN t.spec->'from' END AS "from"`;
const TAG_FIRST = `e.tag = $5 DESC, e.seq DESC`;
const MOST_ENTRIES = 50;
/** So many places a stream's blobs can come from are tried. */
const MOST_PLACES = 2000;

/** What the integrated registry asks about streams, in one statement each. */
@Injectable()
export class RepositoryStore {
  constructor(private readonly sql: Database) {}

  /** The digest of a tag's newest entry (empty for a mere reference), if that image is stored; undefined without a stream. */
  async newestImage({ namespace, name }: StreamName, tag: string): Promise<{ image: string | null } | undefined> {
    const [row] = await this.sql.query<{ image: string | null }>(
      `SELECT (SELECT e.image FROM (
                 SELECT image FROM tag_event_version
                  WHERE stream_uid = s.uid AND tag = $3 AND valid_to = ${FOREVER} ORDER BY seq DESC LIMIT 1) e
                 WHERE ${isStored('e.image', '$4')}) AS image
         FROM ${CURRENT_STREAM}`,
      [namespace, name, tag, IMAGE_RESOURCE],
    );
    return row;
  }

  /** Entries that name the image, or else a list (of lists) it is a child of: those of `tag` first, then newest first. */
  async entriesNaming({ namespace, name }: StreamName, digest: string, tag = ''): Promise<ImageEntry[]> {
    const values = [namespace, name, digest, IMAGE_RESOURCE, tag];
    const direct = await this.sql.query<ImageEntry>(
      `SELECT ${ENTRY_COLUMNS} FROM ${ENTRIES} AND e.image = $3 AND ${isStored('$3', '$4')}
        ORDER BY ${TAG_FIRST} LIMIT ${MOST_ENTRIES}`,
      values,
    );
    return direct.length > 0 ? direct : this.entriesOfLists(values);
  }

  /** Tags whose newest entry is an image, in byte order; undefined without a stream. */
  async tags({ namespace, name }: StreamName, after: string, limit: number): Promise<string[] | undefined> {
    const [row] = await this.sql.query<{ tags: string[] | null }>(
      `SELECT (SELECT json_agg(shown.tag) FROM (
                 SELECT t.tag FROM stream_tag_version t
                  WHERE t.stream_uid = s.uid AND t.valid_to = ${FOREVER} AND t.tag > $3
                    AND (SELECT e.image <> '' FROM tag_event_version e
                          WHERE e.stream_uid = s.uid AND e.tag = t.tag AND e.valid_to = ${FOREVER}
                          ORDER BY e.seq DESC LIMIT 1)
                  ORDER BY t.tag LIMIT $4) shown) AS tags
         FROM ${CURRENT_STREAM}`,
      [namespace, name, after, limit],
    );
    return row && (row.tags ?? []);
  }

  /** `namespace/stream` in byte order, which is not that of the pairs: `-` and `.` come before `/`. */
  async repositories(namespaces: readonly string[] | undefined, after: string, limit: number): Promise<string[]> {
    const rows = await this.sql.query<{ repository: string }>(
      `SELECT namespace || '/' || name AS repository FROM image_stream
        WHERE (namespace || '/' || name) COLLATE "C" > $1 ${namespaces ? 'AND namespace = ANY($3::text[])' : ''}
        ORDER BY (namespace || '/' || name) COLLATE "C" LIMIT $2`,
      [after, limit, ...(namespaces ? [namespaces] : [])],
    );
    return rows.map(({ repository }) => repository);
  }

  /** References of all entries: those that are their tag's newest first, newest first. */
  places({ namespace, name }: StreamName): Promise<(TagPlace & { isNewest: boolean })[]> {
    return this.sql.query(
      `SELECT e.reference, ${INSECURE} AS insecure,
              e.seq = max(e.seq) OVER (PARTITION BY e.tag) AS "isNewest"
         FROM ${ENTRIES}
        ORDER BY "isNewest" DESC, e.seq DESC LIMIT ${MOST_PLACES}`,
      [namespace, name],
    );
  }

  /** Those of the digests that a tag took from another stream, or took a list of. Costs what they do, not the stream. */
  async taken({ namespace, name }: StreamName, digests: readonly string[]): Promise<string[]> {
    const rows = await this.sql.query<{ asked: string }>(
      `WITH RECURSIVE part(asked, image) AS (
           SELECT asked, asked COLLATE "C" FROM unnest($3::text[]) AS asked
           UNION
           SELECT part.asked, c.list FROM list_child c JOIN part ON c.child = part.image)
       SELECT DISTINCT asked FROM part
        WHERE EXISTS (SELECT 1 FROM ${ENTRIES} AND e.image = part.image AND e.cause = ANY ($4))`,
      [namespace, name, digests, TAKING_CAUSES],
    );
    return rows.map(({ asked }) => asked);
  }

  private entriesOfLists(values: readonly string[]): Promise<ImageEntry[]> {
    return this.sql.query<ImageEntry>(
      `WITH RECURSIVE naming(list) AS (
           SELECT list FROM list_child WHERE child = $3
           UNION
           SELECT c.list FROM list_child c JOIN naming ON c.child = naming.list)
       SELECT ${ENTRY_COLUMNS} FROM ${ENTRIES} AND e.image IN (SELECT list FROM naming WHERE ${isStored('list', '$4')})
        ORDER BY ${TAG_FIRST} LIMIT ${MOST_ENTRIES}`,
      values,
    );
  }
}

/** The image itself may have been pruned while a history still names it. */
function isStored(digest: string, resource: string): string {
  return `EXISTS (SELECT 1 FROM document_head i WHERE i.resource = ${resource} AND i.namespace = '' AND i.name = ${digest})`;
}
