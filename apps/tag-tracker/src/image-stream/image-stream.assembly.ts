import type { TagEvent, TagStatus } from '@faktorz/domain';
import type { ManagedFieldsEntry, ObjectMeta } from '@faktorz/apimachinery';
import { IMAGE_API_VERSION, type ImageStream } from './image-stream.js';
import type { StreamHead, StreamRows, TagRow, EventTuple } from './stream-rows.js';

/** The stream's metadata in API shape; empty parts are left out, in Kubernetes' order of fields. */
export function metadataOf(head: StreamHead, managedFields: ManagedFieldsEntry[] | null): ObjectMeta {
  const { creationTimestamp, ...rest } = head.metadata as { creationTimestamp: string };
  return {
    name: head.name,
    namespace: head.namespace,
    uid: head.uid,
    resourceVersion: String(head.position),
    generation: head.generation,
    creationTimestamp,
    ...(hasKeys(head.labels) && { labels: head.labels }),
    ...(hasKeys(head.annotations) && { annotations: head.annotations }),
    ...rest,
    ...(managedFields && { managedFields }),
  };
}

/** Puts a stream together from its rows. `status.dockerImageRepository` is computed where it leaves (`decorate`). */
export function assembleStream(rows: StreamRows): ImageStream {
  const specTags = rows.tags.filter((row) => row.spec !== null).map((row) => row.spec!);
  const statusTags = statusTagsOf(rows.tags, rows.events);
  return {
    kind: 'ImageStream',
    apiVersion: IMAGE_API_VERSION,
    metadata: metadataOf(rows.head, rows.managedFields),
    spec: {
      lookupPolicy: { local: rows.head.localLookup },
      ...(rows.head.repository !== null && { dockerImageRepository: rows.head.repository }),
      ...(specTags.length > 0 && { tags: specTags }),
    },
    status: {
      dockerImageRepository: '',
      ...(statusTags.length > 0 && { tags: statusTags }),
    },
  };
}

function statusTagsOf(tags: readonly TagRow[], events: readonly EventTuple[]): TagStatus[] {
  const histories = new Map<string, TagEvent[]>();
  for (const [tag, created, dockerImageReference, image, generation] of events) {
    const history = histories.get(tag);
    const event = { created, dockerImageReference, image, generation };
    if (history) history.push(event);
    else histories.set(tag, [event]);
  }
  return tags.flatMap((row) => {
    const status = tagStatus(row, histories.get(row.tag) ?? []);
    return status ? [status] : [];
  });
}

/** A tag's status, or nothing where it has neither history nor conditions. */
export function tagStatus(row: TagRow, history: TagEvent[]): TagStatus | undefined {
  const conditions = row.conditions ?? [];
  if (history.length === 0 && conditions.length === 0) return undefined;
  return {
    tag: row.tag,
    items: history.length > 0 ? history : null,
    ...(conditions.length > 0 && { conditions }),
  };
}

function hasKeys(map: object | null): map is Record<string, string> {
  return map !== null && Object.keys(map).length > 0;
}
