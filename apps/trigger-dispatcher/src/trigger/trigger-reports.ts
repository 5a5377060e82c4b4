import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { Clusters } from '../cluster/clusters.js';
import { apiVersionOf, type TriggerTarget } from '../targets/target.js';
import type { ClaimedObject } from './claim-objects.js';
import type { ImageChange } from './plan-update.js';

const COMPONENT = 'faktorz-trigger-dispatcher';
/** Longest message Kubernetes takes in an event. */
const LONGEST_MESSAGE = 1024;
/** Beyond these, reports are dropped: the ledger has it all. */
const MOST_WAITING = 5_000;
/** Writing objects comes first: what a storm leaves to be said is said little by little. */
const PAUSE_MS = 10;

type Subject = Pick<ClaimedObject, 'cluster' | 'namespace' | 'name' | 'uid' | 'version'>;

interface Report {
  target: TriggerTarget;
  row: Subject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  at: string;
}

/**
 * Says on objects, as Kubernetes Events, what triggers did to them and why they cannot fire. Reports hold nothing up: they
 * are made one after the other, beside the writes; one that cannot be made is logged.
 */
@Injectable()
export class TriggerReports implements BeforeApplicationShutdown {
  private readonly logger = new Logger(TriggerReports.name);
  private readonly waiting: Report[] = [];
  private making: Promise<void> | undefined;
  private isStopping = false;

  constructor(private readonly clusters: Clusters) {}

  /** The same thing is said once while its event is kept. */
  warn(target: TriggerTarget, row: Subject, reason: string, message: string): void {
    this.add({ target, row, type: 'Warning', reason, message, at: now() });
  }

  updated(target: TriggerTarget, row: Subject, changes: readonly ImageChange[]): void {
    const images = changes.map(({ container, image }) => (container === '' ? image : `${container} to ${image}`));
    const message = `Updated ${images.join(', ')}`;
    this.add({ target, row, type: 'Normal', reason: 'ImageUpdated', message, at: now() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.making;
  }

  private add(report: Report): void {
    if (this.waiting.length < MOST_WAITING) this.waiting.push(report);
    this.making ??= this.makeAll().finally(() => (this.making = undefined));
  }

  private async makeAll(): Promise<void> {
    for (let report = this.waiting.shift(); report && !this.isStopping; report = this.waiting.shift()) {
      await this.make(report);
      if (this.waiting.length > 0) await sleep(PAUSE_MS);
    }
  }

  private async make({ target, row, type, reason, message, at }: Report): Promise<void> {
    const { cluster, namespace, name, uid, version } = row;
    // An update at another version is another event.
    const about = type === 'Normal' ? `${uid} ${version} ${message}` : `${uid} ${reason} ${message}`;
    const id = createHash('sha256').update(about).digest('hex').slice(0, 16);
    const object = {
      apiVersion: apiVersionOf(target),
      kind: target.kind,
      namespace,
      name,
      uid,
      resourceVersion: version,
    };
    try {
      const client = await this.clusters.client(cluster);
      await client.report(namespace, {
        metadata: { name: `${name}.${id}` },
        involvedObject: object,
        reason,
        message: message.slice(0, LONGEST_MESSAGE),
        type,
        source: { component: COMPONENT },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      });
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return;
      this.logger.warn(`${namespace}/${name}: ${message} (not reported: ${(error as Error).message})`);
    }
  }
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
