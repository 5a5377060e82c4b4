import { Injectable } from '@nestjs/common';
import { TriggerFired } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction, WriteTogether } from '@faktorz/persistence';
import { OWN_STORE_NAME } from '../cluster/cluster.js';
import type { Outcome } from '../ledger/outcome.js';
import { partsOfTag } from '../ledger/trigger-record.js';
import type { FiredRecord } from '../ledger/write-outcomes.js';
import { apiVersionOf, type TriggerTarget } from '../targets/target.js';
import type { ClaimedObject } from './claim-objects.js';
import { type FinishedObject, TriggerLaneStore } from './trigger-lane.store.js';

interface Result {
  target: TriggerTarget;
  finished: FinishedObject;
}

/** Writes down what came of looking at objects, with the event that tells of each write. */
@Injectable()
export class TriggerResults {
  private readonly together = new WriteTogether<Result>({
    transactions: 2,
    most: 64,
    write: (results, alone) => this.writeAll(results, alone),
  });

  constructor(
    private readonly log: ChangeLog,
    private readonly lanes: TriggerLaneStore,
  ) {}

  /** Resolves when the result has committed, or the object is another's. */
  write(target: TriggerTarget, finished: FinishedObject): Promise<void> {
    return this.together.write({ target, finished });
  }

  /** Writes down outcomes while the object goes on being worked at; false when it is another's. */
  settle(target: TriggerTarget, row: ClaimedObject, outcomes: readonly Outcome[]): Promise<boolean> {
    return this.log.transaction(async (tx) => {
      const fired = await this.lanes.settle(tx, row, outcomes);
      for (const one of fired ?? []) tell(tx, target, row, one);
      return fired !== undefined;
    });
  }

  private writeAll(results: readonly Result[], alone: boolean): Promise<readonly Result[]> {
    const byId = new Map(results.map((result) => [result.finished.row.id, result]));
    return this.log.transaction(async (tx) => {
      const held = await this.lanes.hold(
        tx,
        results.map(({ finished }) => finished),
        alone,
      );
      if (held.length > 0) {
        for (const fired of await this.lanes.finish(tx, held)) {
          const { target, finished } = byId.get(fired.target_id)!;
          tell(tx, target, finished.row, fired);
        }
      }
      const done = new Set(held);
      return results.filter(({ finished }) => !done.has(finished));
    });
  }
}

function tell(
  tx: ChangeTransaction,
  target: TriggerTarget,
  row: ClaimedObject,
  { tag: name, image, images }: FiredRecord,
): void {
  const { namespace, stream, tag } = partsOfTag(name);
  const [first] = images;
  const previousImage = digestOf(first?.from ?? '');
  tx.publish({
    definition: TriggerFired,
    subject: name,
    namespace,
    stream,
    data: {
      namespace,
      stream,
      tag,
      image: digestOf(image) ?? '',
      ...(previousImage !== undefined && { previousImage }),
      target: {
        cluster: row.cluster || OWN_STORE_NAME,
        apiVersion: apiVersionOf(target),
        kind: target.kind,
        namespace: row.namespace,
        name: row.name,
        fieldPath: first?.fieldPath ?? '',
        // One event for one write, also where the tag's image stands in several containers.
        ...(images.length > 1 && { fieldPaths: images.map(({ fieldPath }) => fieldPath) }),
      },
    },
  });
}

function digestOf(image: string): string | undefined {
  return /@(\S+)$/.exec(image)?.[1];
}
