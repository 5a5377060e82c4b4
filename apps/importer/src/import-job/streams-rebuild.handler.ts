import { randomUUID } from 'node:crypto';
import {
  isChecked,
  isImportable,
  isInsecureRepository,
  needsImport,
  needsRepositoryImport,
  platformPreference,
  type DataOf,
  type ImportRequested,
  type TagReference,
} from '@faktorz/domain';
import { type Rebuild, RebuildsFrom } from '@faktorz/messaging';
import type { ChangeTransaction } from '@faktorz/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { CheckScheduleStore } from '../check-schedule/check-schedule.store.js';
import { StreamReader, type ImageStreamView } from '../stream/stream-reader.js';
import { ImportJobStore } from './import-job.store.js';

type Request = DataOf<typeof ImportRequested>;

/** Learns anew which tags wait for an import and which are scheduled, when tag-tracker's log no longer tells. */
@Injectable()
export class StreamsRebuildHandler {
  private readonly logger = new Logger(StreamsRebuildHandler.name);

  constructor(
    private readonly streams: StreamReader,
    private readonly jobs: ImportJobStore,
    private readonly schedule: CheckScheduleStore,
  ) {}

  @RebuildsFrom('tag-tracker')
  async rebuild(_rebuild: Rebuild, tx: ChangeTransaction): Promise<void> {
    let count = 0;
    await this.schedule.forgetAll(tx);
    for await (const stream of this.streams.all()) {
      count += 1;
      const wanted = wantedOf(stream);
      await this.schedule.plan(tx, { ...wanted, items: importItems(stream, isImportable) });
      if (wanted.items.length > 0 || wanted.repository) await this.jobs.add(tx, wanted);
    }
    this.logger.warn(
      `events of tag-tracker were missed for good: imports and schedules were read anew from ${count} streams`,
    );
  }
}

/** What the stream as it is asks to be imported now. */
function wantedOf(stream: ImageStreamView): Request {
  const { metadata, spec, status } = stream;
  const { name, namespace = '', uid = '', annotations } = metadata;
  const found = new Map((status?.tags ?? []).map((tag) => [tag.tag, tag]));
  const isWaiting = (tag: TagReference): boolean => {
    const { items, conditions = [] } = found.get(tag.name) ?? { items: null };
    return needsImport(tag, items?.[0], conditions, isChecked(annotations));
  };
  const insecure = isInsecureRepository(annotations);
  return {
    importId: randomUUID(),
    namespace,
    stream: name,
    uid,
    cause: 'requested',
    items: importItems(stream, isWaiting),
    ...(spec.dockerImageRepository && needsRepositoryImport(annotations, spec.dockerImageRepository)
      ? {
          repository: {
            from: spec.dockerImageRepository,
            importPolicy: { ...(insecure ? { insecure } : {}), importMode: 'Legacy' as const },
            referencePolicy: { type: 'Source' as const },
          },
        }
      : {}),
  };
}

function importItems({ metadata, spec }: ImageStreamView, isWanted: (tag: TagReference) => boolean): Request['items'] {
  const isInsecure = isInsecureRepository(metadata.annotations);
  return (spec.tags ?? []).filter(isWanted).map((tag) => ({
    tag: tag.name,
    generation: tag.generation ?? 0,
    from: tag.from?.name ?? '',
    importPolicy: { ...tag.importPolicy, ...(isInsecure || tag.importPolicy.insecure ? { insecure: true } : {}) },
    referencePolicy: { type: tag.referencePolicy.type },
    platform: { ...platformPreference(tag.annotations) },
  }));
}
