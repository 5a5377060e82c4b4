import { RecordAudit, type AuditRecord } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditFile } from './audit-file.js';
import {
  auditRecordOf,
  isRecorded,
  newAuditId,
  withoutTokens,
  type AuditedAnswer,
  type AuditNotes,
} from './audit-record.js';

/** A login, as a door saw it. */
export interface LoginNote {
  /** Absent for names nobody has: people type passwords where names belong. */
  user: string | undefined;
  verb: 'login' | 'redeem';
  path: string;
  from: string;
  userAgent: string;
  isGranted: boolean;
  /** Status of the answer; 200 or 401 unless said. */
  code?: number;
  reason: string;
}

export interface AuditOptions {
  /** File for records of all writes and refusals, one JSON object a line; none by default. */
  file?: string;
  /** Size at which the file becomes `<name>.1` and a new one begins. */
  fileMegabytes: number;
}

/** Nest token of `AuditOptions`. */
export const AUDIT_OPTIONS = Symbol('AuditOptions');

const FLUSH_AFTER_MS = 200;
/** A message holds 256 KiB; a record is cut to a few KiB at most. */
const LARGEST_BATCH_BYTES = 160 * 1024;
/** While auth is away, so many records wait; the file has all of them. */
const MOST_WAITING = 20_000;
const RETRY_MS = 1000;
const ASK_TIMEOUT_MS = 5000;
const LAST_TRIES_MS = 2000;

/**
 * Writes down every write and every refusal: as JSON lines in a file, and in auth's list. Requests do not wait for it:
 * records are collected for a moment and go out together.
 */
@Injectable()
export class AuditTrail implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditTrail.name);
  private readonly file: AuditFile | undefined;
  private waiting: string[] = [];
  private unsent: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private lost = 0;
  private stopAtMs = Infinity;

  constructor(
    private readonly requests: Requests,
    @Inject(AUDIT_OPTIONS) { file, fileMegabytes }: AuditOptions,
  ) {
    if (file)
      this.file = new AuditFile(file, fileMegabytes * 1024 * 1024, (error) =>
        this.logger.error(`${file}: ${error.message}`),
      );
  }

  noteRequest(notes: AuditNotes, answer: AuditedAnswer): void {
    if (isRecorded(notes, answer)) this.add(auditRecordOf(notes, answer));
  }

  noteLogin({
    user = '',
    verb,
    path,
    from,
    userAgent,
    isGranted,
    code = isGranted ? 200 : 401,
    reason,
  }: LoginNote): void {
    const now = new Date();
    this.add({
      id: newAuditId(now),
      time: now.toISOString(),
      user,
      groups: [],
      verb,
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      path,
      from,
      userAgent: withoutTokens(userAgent).slice(0, 1024),
      decision: isGranted ? 'allow' : 'deny',
      code,
      reason,
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopAtMs = Date.now() + LAST_TRIES_MS;
    this.flush();
    await this.sending;
    await this.file?.close();
  }

  private add(record: AuditRecord): void {
    this.waiting.push(JSON.stringify(record));
    this.timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.waiting;
    this.waiting = [];
    if (lines.length === 0) return;
    this.file?.append(lines);
    this.unsent.push(...lines);
    const excess = this.unsent.length - MOST_WAITING;
    if (excess > 0) {
      this.unsent.splice(0, excess);
      this.lost += excess;
      this.logger.error(`${this.lost} audit records could not be listed: auth does not take them`);
    }
    this.sending ??= this.send().finally(() => (this.sending = undefined));
  }

  private async send(): Promise<void> {
    while (this.unsent.length > 0) {
      const batch = this.unsent.splice(0, countThatFit(this.unsent));
      const records = batch.map((line) => JSON.parse(line) as AuditRecord);
      try {
        await this.requests.ask(RecordAudit, { records }, { timeoutMs: ASK_TIMEOUT_MS });
      } catch (error) {
        this.unsent.unshift(...batch);
        if (Date.now() > this.stopAtMs) return;
        this.logger.debug(`audit records wait: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(RETRY_MS);
      }
    }
  }
}

function countThatFit(lines: readonly string[]): number {
  let bytes = 0;
  const end = lines.findIndex((line) => (bytes += Buffer.byteLength(line) + 1) > LARGEST_BATCH_BYTES);
  return end < 0 ? lines.length : Math.max(end, 1);
}
