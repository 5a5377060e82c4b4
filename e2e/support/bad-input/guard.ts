import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '@faktorz/testing';
import { LONGEST_MS, type Wire, type WireAnswer, type WireRequest } from './wire.js';

/** One list of every service that stores something: its version is the newest position of all that service holds. */
const OWNERS = [
  '/api/v1/configmaps?limit=1',
  '/apis/image.openshift.io/v1/imagestreams?limit=1',
  '/apis/events.faktorz.io/v1/webhooks?limit=1',
];
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** After this time without a change nothing is under way any more. */
const QUIET_MS = 1500;
/** "The server is busy" and "that version is not here yet" may be said; that something broke may not. */
const HONEST_FAILURES: Readonly<Record<number, readonly string[]>> = {
  503: ['ServiceUnavailable'],
  504: ['Timeout'],
};

/** The one refusal that the image API answers with 500 and no reason, and clients know by its words. */
const DEMANDED_500 = /^".*" must be of the form <stream_name>:<tag>$/s;

/** Sends requests and holds the system to its promises about bad ones. */
export class Guard {
  private known: string | undefined;

  constructor(
    private readonly system: TestSystem,
    private readonly wire: Wire,
  ) {}

  /**
   * Sends a request. Throws if the answer is late, is a failure of the server, is a refusal that is no `Status`, or if
   * something was stored although the request was refused or a dry run.
   */
  async send(request: WireRequest): Promise<WireAnswer> {
    const changesNothing = READS.has(request.method);
    const before = changesNothing ? undefined : (this.known ??= await this.settled());
    const answer = await this.wire.send(request);
    checkAnswer(request, answer);
    if (before === undefined) return answer;
    const isAccepted = answer.code < 300 && !isDryRun(request);
    if (isAccepted) this.known = undefined;
    else if ((await this.positions()) !== before) await this.expectUnchangedWhenQuiet(request);
    return answer;
  }

  /** Something was stored by others than this guard. */
  forget(): void {
    this.known = undefined;
  }

  /**
   * What was accepted before may have consequences that come late, so a change is only held against a request that
   * stores something again when it is sent while nothing else happens.
   */
  private async expectUnchangedWhenQuiet(request: WireRequest): Promise<void> {
    const before = await this.settled(QUIET_MS);
    const answer = await this.wire.send(request);
    const after = await this.positions();
    this.known = undefined;
    if (after !== before && (answer.code >= 300 || isDryRun(request))) {
      throw new Error(`stored something (${before} → ${after}) though it answered ${describe(request, answer)}`);
    }
  }

  /** Positions of all owners once what was accepted before has had its consequences. */
  private async settled(quietMs = 60): Promise<string> {
    let last = await this.positions();
    for (;;) {
      await sleep(quietMs);
      const now = await this.positions();
      if (now === last) return now;
      last = now;
    }
  }

  private async positions(): Promise<string> {
    const versions = await Promise.all(
      OWNERS.map(async (path) => {
        const response = await this.system.request(path);
        const list = (await response.json()) as { metadata: { resourceVersion?: string } };
        if (list.metadata.resourceVersion === undefined) throw new Error(`GET ${path}: ${JSON.stringify(list)}`);
        return list.metadata.resourceVersion;
      }),
    );
    return versions.join('/');
  }
}

/** What every answer has to be, whatever was asked. */
export function checkAnswer(request: WireRequest, answer: WireAnswer): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${describe(request, answer)}`);
  };
  const { code, type, text, elapsedMs } = answer;
  if (elapsedMs > LONGEST_MS) fail(`took ${Math.round(elapsedMs)} ms`);
  if (code < 300 || code === 304) return;
  if (request.method === 'HEAD') {
    if (code >= 500) fail('failed');
    return;
  }
  if (code === 404 && type === 'text/plain' && text === '404 page not found\n') return;
  const status = statusIn(text);
  if (status === undefined) return fail('is refused without a Status');
  if (status.code !== code) fail(`says ${status.code} inside`);
  if (!status.message) fail('gives no reason in words');
  if (code === 500 && DEMANDED_500.test(status.message ?? '')) return;
  if (code >= 500 && !HONEST_FAILURES[code]?.includes(status.reason ?? '')) fail('failed');
}

interface StatusBody {
  kind: string;
  code: number;
  reason?: string;
  message?: string;
}

function statusIn(text: string): StatusBody | undefined {
  try {
    const body = JSON.parse(text) as StatusBody | null;
    return body?.kind === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
}

function isDryRun({ path }: WireRequest): boolean {
  return /[?&]dryRun=All(?:&|$)/.test(path);
}

/** A request and its answer in a few lines, bodies shortened. */
export function describe({ method, path, headers, body }: WireRequest, answer: WireAnswer): string {
  const sent = body === undefined ? '' : Buffer.from(body).toString('latin1');
  return [
    `${answer.code} ${answer.text.slice(0, 600)}`,
    `to ${method} ${path.length > 500 ? `${path.slice(0, 500)}… (${path.length})` : path} ${JSON.stringify(headers ?? {})}`,
    sent.length > 1500 ? `${sent.slice(0, 1500)}… (${sent.length} bytes)` : sent,
  ].join('\n');
}
