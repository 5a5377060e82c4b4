import { Injectable } from '@nestjs/common';
import { ApiError, type KubeObject } from '@faktorz/apimachinery';
import { TriggerFired } from '@faktorz/domain';
import { ChangeLog, type ChangeTransaction, type Claimed } from '@faktorz/persistence';
import { triggerTargets } from '../targets/index.js';
import { apiVersionOf, resourceOf, type TriggerTarget } from '../targets/target.js';
import { InvalidFieldPath } from './field-path.js';
import { type ImageChange, NoSuchContainer, patchOf, planUpdate } from './plan-update.js';
import { TagImages } from './tag-images.js';
import { type ImageTrigger, InvalidTriggers, readTriggers } from './trigger-annotation.js';
import { TriggerReports } from './trigger-reports.js';
import { tagName, type TriggerRow, TriggerTargetStore } from './trigger-target.store.js';
import { stateOf, type ObjectState } from './triggered-object.js';
import { WorkloadsClient } from './workloads-client.js';

const ATTEMPTS = 10;
const OWN_CLUSTER = 'local';
/** The object does not take the change; only a change of the object can help. */
const REFUSED = new Set<string | undefined>(['Invalid', 'Forbidden', 'BadRequest']);

interface Present {
  version: string;
  state: ObjectState;
}

/** Brings one object up to date with the tags its triggers name. */
@Injectable()
export class TriggerRun {
  private readonly byResource = new Map(triggerTargets.map((target) => [resourceOf(target), target]));

  constructor(
    private readonly log: ChangeLog,
    private readonly targets: TriggerTargetStore,
    private readonly images: TagImages,
    private readonly workloads: WorkloadsClient,
    private readonly reports: TriggerReports,
  ) {}

  /** Throws what may go better later. */
  async bringUpToDate(row: Claimed<TriggerRow>): Promise<void> {
    const target = this.byResource.get(row.resource);
    if (!target) throw new Error(`no trigger target keeps ${row.resource}`);
    try {
      const { changes, present } = await this.write(target, row);
      await this.log.transaction(async (tx) => {
        if (!(await this.targets.finish(tx, row, present))) return;
        for (const change of changes) publishFired(tx, target, row, change);
      });
    } catch (error) {
      if (!(await this.isFinal(error, target, row))) throw error;
      await this.log.transaction((tx) => this.targets.finish(tx, row).then(() => undefined));
    }
  }

  /** Reads tags and writes until no other writer came between: what is written is what the tags say at that time. */
  private async write(
    target: TriggerTarget,
    row: Claimed<TriggerRow>,
  ): Promise<{ changes: ImageChange[]; present?: Present }> {
    let present: Present | undefined = { version: row.version, state: row.state };
    for (let attempt = 1; present; attempt += 1) {
      const changes = await this.plan(target, row, present.state);
      if (changes.length === 0) return { changes, present };
      try {
        const patch = patchOf(changes, target.podSpecPath, present.version);
        return { changes, present: presentOf(await this.workloads.patch(target, row, patch), target) };
      } catch (error) {
        const isOvertaken = error instanceof ApiError && error.reason === 'Conflict';
        if (!isOvertaken || attempt === ATTEMPTS) throw error;
        present = presentOf(await this.workloads.get(target, row), target);
      }
    }
    return { changes: [] };
  }

  private async plan(target: TriggerTarget, row: TriggerRow, state: ObjectState): Promise<ImageChange[]> {
    const triggers = readTriggers(state.annotation, row.namespace);
    const images = await this.images.of(triggers);
    const changes = planUpdate(state, triggers, target.podSpecPath.join('.'), (trigger) =>
      images.get(tagName(trigger)),
    );
    await this.reportUnresolved(
      target,
      row,
      triggers.filter((trigger) => !images.has(tagName(trigger))),
    );
    return changes;
  }

  private async reportUnresolved(
    target: TriggerTarget,
    row: TriggerRow,
    missing: readonly ImageTrigger[],
  ): Promise<void> {
    for (const trigger of missing) {
      const message = `image stream tag ${tagName(trigger)} does not exist or points at no image yet`;
      await this.reports.warn(target, row, 'TriggerUnresolved', message);
    }
  }

  /** Is the error one that trying again does not help? Then it is reported on the object. */
  private async isFinal(error: unknown, target: TriggerTarget, row: TriggerRow): Promise<boolean> {
    if (error instanceof ApiError && error.reason === 'NotFound') {
      await this.targets.forget(target, row, row.version);
      return true;
    }
    const isBadTrigger =
      error instanceof InvalidTriggers || error instanceof InvalidFieldPath || error instanceof NoSuchContainer;
    const isRefused = error instanceof ApiError && REFUSED.has(error.reason);
    if (!isBadTrigger && !isRefused) return false;
    await this.reports.warn(target, row, 'TriggerFailed', (error as Error).message);
    return true;
  }
}

function presentOf(object: KubeObject, target: TriggerTarget): Present | undefined {
  const state = stateOf(object, target);
  return state && { version: object.metadata.resourceVersion ?? '0', state };
}

function publishFired(tx: ChangeTransaction, target: TriggerTarget, row: TriggerRow, change: ImageChange): void {
  const { namespace, stream, tag } = change.trigger;
  const previousImage = digestOf(change.previous);
  tx.publish({
    definition: TriggerFired,
    subject: `${namespace}/${stream}:${tag}`,
    namespace,
    stream,
    data: {
      namespace,
      stream,
      tag,
      image: digestOf(change.image) ?? '',
      ...(previousImage !== undefined && { previousImage }),
      target: {
        cluster: OWN_CLUSTER,
        apiVersion: apiVersionOf(target),
        kind: target.kind,
        namespace: row.namespace,
        name: row.name,
        fieldPath: change.fieldPath,
      },
    },
  });
}

function digestOf(image: string): string | undefined {
  return /@(\S+)$/.exec(image)?.[1];
}
