import { Transform, type Readable } from 'node:stream';
import { isTagName } from '@faktorz/domain';
import { parseChallenges, readingScope } from './auth/challenge.js';
import {
  BlobUnknown,
  DigestMismatch,
  MalformedAnswer,
  ManifestUnknown,
  RegistryUnreachable,
  TooLarge,
  UnexpectedAnswer,
} from './errors.js';
import { accountName } from './keyring/account-name.js';
import { digestOf, hashFor, isDigest } from './manifest/digest.js';
import { ACCEPTED_MANIFESTS, contentType, manifestMediaType } from './manifest/media-types.js';
import { digestedBytes } from './manifest/signed-manifest.js';
import type { RegistryConnection } from './registry-connection.js';
import { answerFailure, type Wanted } from './transport/answer-failure.js';
import { shown, type Exchange, type ExchangeRequest } from './transport/exchange.js';
import { registryFailure } from './transport/failure.js';
import { nextPage } from './transport/link-header.js';
import { readRateLimit, readRetryAfterMs } from './transport/rate-limit.js';
import { withRetries } from './transport/retry.js';

/** A manifest as the registry keeps it: exact bytes, verified. */
export interface FetchedManifest {
  digest: string;
  mediaType: string;
  bytes: Buffer;
}

/** What `HEAD` tells of a manifest; any of it may be missing with old registries. */
export interface ManifestHead {
  digest?: string;
  mediaType?: string;
  sizeBytes?: number;
}

export interface BlobRange {
  first: number;
  /** Inclusive; absent: to the end. */
  last?: number;
}

/** A blob on its way. A whole one is verified as it flows: the stream fails at its end if the digest is not right. */
export interface BlobStream {
  /** Of this answer; for a range, of the range. */
  sizeBytes?: number;
  mediaType?: string;
  /** Set when the server answered with a part. */
  contentRange?: string;
  stream: Readable;
}

/** Method Not Allowed, Not Implemented. */
const HEAD_NOT_KNOWN = new Set([405, 501]);

type CallOptions = { signal?: AbortSignal };
type Call = Pick<ExchangeRequest, 'method' | 'headers' | 'signal'> & { url?: URL; path: string; wanted: Wanted };

/** One repository of a registry, read-only. All methods throw `RegistryError`s. */
export class RepositoryClient {
  private readonly image: string;
  private readonly scope: string;
  /** Whom the registry counts requests for this repository to; see `accountName`. */
  readonly account: string;

  constructor(
    private readonly connection: RegistryConnection,
    /** Full path in the registry. */
    readonly name: string,
  ) {
    this.image = `${connection.registry}/${name}`;
    this.scope = `repository:${name}:pull`;
    this.account = accountName(connection.parts.keyring.forImage(this.image));
  }

  /** Fetches a manifest by tag or digest and verifies it against the digest asked for and the one announced. */
  async getManifest(reference: string, options: CallOptions = {}): Promise<FetchedManifest> {
    const wanted = { kind: 'manifest', repository: this.image, reference } as const;
    const answer = await this.complete({
      method: 'GET',
      path: `manifests/${reference}`,
      headers: { accept: ACCEPTED_MANIFESTS },
      wanted,
      ...options,
    });
    const mediaType = manifestMediaType(
      contentType(answer.headers['content-type']),
      parseJson(answer.url, answer.body),
    );
    if (!mediaType) throw new MalformedAnswer(shown(answer.url), 'the answer is no image manifest of a kind we know');
    const content = digestedBytes(mediaType, answer.body);
    const announced = header(answer.headers['docker-content-digest']);
    for (const expected of [isDigest(reference) ? reference : undefined, announced]) {
      if (expected === undefined) continue;
      if (!isDigest(expected))
        throw new MalformedAnswer(shown(answer.url), 'the Docker-Content-Digest header is no digest');
      const actual = digestOf(content, expected);
      if (actual !== expected) throw new DigestMismatch(shown(answer.url), expected, actual);
    }
    const digest = isDigest(reference) ? reference : (announced ?? digestOf(content));
    return { digest, mediaType, bytes: answer.body };
  }

  /** Asks for a manifest's digest without fetching it: one request once a token is held. A registry that knows no `HEAD` tells nothing. */
  async headManifest(reference: string, options: CallOptions = {}): Promise<ManifestHead> {
    const wanted = { kind: 'manifest', repository: this.image, reference } as const;
    try {
      const { headers } = await this.complete({
        method: 'HEAD',
        path: `manifests/${reference}`,
        headers: { accept: ACCEPTED_MANIFESTS },
        wanted,
        ...options,
      });
      const digest = header(headers['docker-content-digest']);
      const length = headers['content-length'];
      return {
        digest: digest !== undefined && isDigest(digest) ? digest : undefined,
        mediaType: contentType(headers['content-type']) || undefined,
        sizeBytes: length === undefined ? undefined : Number(length),
      };
    } catch (error) {
      if (error instanceof UnexpectedAnswer && HEAD_NOT_KNOWN.has(error.status)) return {};
      throw error;
    }
  }

  /** Reads a small blob, such as an image's configuration, whole and verified; `TooLarge` beyond `limitBytes` (default: the limit for configs). */
  async readBlob(digest: string, options: CallOptions & { limitBytes?: number } = {}): Promise<Buffer> {
    const wanted = { kind: 'blob', repository: this.image, reference: digest } as const;
    const { body, url } = await this.complete(
      { method: 'GET', path: `blobs/${digest}`, headers: {}, wanted, signal: options.signal },
      options.limitBytes ?? this.limits.configBytes,
    );
    const actual = digestOf(body, digest);
    if (actual !== digest) throw new DigestMismatch(shown(url), digest, actual);
    return body;
  }

  /** The size of a blob; undefined when the registry does not say. Throws `BlobUnknown`. */
  async headBlob(digest: string, options: CallOptions = {}): Promise<{ sizeBytes?: number }> {
    const wanted = { kind: 'blob', repository: this.image, reference: digest } as const;
    const { headers } = await this.complete({
      method: 'HEAD',
      path: `blobs/${digest}`,
      headers: {},
      wanted,
      ...options,
    });
    const length = headers['content-length'];
    return { sizeBytes: length === undefined ? undefined : Number(length) };
  }

  /**
   * Streams a blob or a part of it. The caller consumes or destroys the stream, and may say that he verifies it himself.
   */
  async openBlob(
    digest: string,
    options: CallOptions & { range?: BlobRange; isVerifiedByCaller?: boolean } = {},
  ): Promise<BlobStream> {
    const { range, signal, isVerifiedByCaller = false } = options;
    const wanted = { kind: 'blob', repository: this.image, reference: digest } as const;
    refuseOddName(wanted);
    const headers: Record<string, string> = range ? { range: `bytes=${range.first}-${range.last ?? ''}` } : {};
    const exchange = await this.retried(signal, () =>
      this.authorized(
        { method: 'GET', path: `blobs/${digest}`, headers, wanted, signal },
        this.limits.blobTotalMs,
        async (started) => {
          if (started.status === 200 || started.status === 206) return started;
          throw await this.drainedFailure(started, wanted);
        },
      ),
    );
    const length = exchange.headers['content-length'];
    const whole = exchange.status === 200;
    return {
      sizeBytes: length === undefined ? undefined : Number(length),
      mediaType: contentType(exchange.headers['content-type']) || undefined,
      contentRange: whole ? undefined : header(exchange.headers['content-range']),
      stream: isVerifiedByCaller ? untouched(exchange) : flowing(exchange, whole ? digest : undefined),
    };
  }

  /** All tags, page by page in the registry's order; `TooLarge` when there is no end of them. */
  async *listTags(options: CallOptions = {}): AsyncGenerator<string> {
    const wanted = { kind: 'tags', repository: this.image } as const;
    let url: URL | undefined;
    let count = 0;
    do {
      const page = await this.complete(
        { method: 'GET', url, path: 'tags/list', headers: { accept: 'application/json' }, wanted, ...options },
        this.limits.tagPageBytes,
      );
      const { tags } = (parseJson(page.url, page.body) ?? {}) as { tags?: unknown };
      if (tags !== undefined && tags !== null && !Array.isArray(tags))
        throw new MalformedAnswer(shown(page.url), 'the answer is no list of tags');
      for (const tag of tags ?? []) {
        count += 1;
        if (count > this.limits.tags) throw new TooLarge(shown(page.url), this.limits.tags);
        if (typeof tag === 'string') yield tag;
      }
      const next = nextPage(page.url, header(page.headers.link));
      // Pages that bring nothing would let a server send us round for ever.
      url = next && (tags?.length ?? 0) > 0 && next.href !== url?.href ? next : undefined;
    } while (url);
  }

  private get limits() {
    return this.connection.parts.exchanger.limits;
  }

  private async retried<T>(signal: AbortSignal | undefined, request: () => Promise<T>): Promise<T> {
    await this.connection.ping(signal); // once per import, never repeated
    return withRetries(this.connection.parts.retry, signal, async () => {
      try {
        return await request();
      } catch (error) {
        if (error instanceof RegistryUnreachable) this.connection.forgetEndpoint();
        throw error;
      }
    });
  }

  /** One call whose answer is read whole; statuses other than 200 become errors. */
  private async complete(call: Call, limitBytes = this.limits.manifestBytes) {
    refuseOddName(call.wanted);
    return this.retried(call.signal, () =>
      this.authorized(call, this.limits.totalMs, async (exchange) => {
        try {
          if (exchange.status !== 200) throw await this.drainedFailure(exchange, call.wanted);
          const body =
            call.method === 'HEAD' ? Buffer.alloc(0) : await this.connection.parts.exchanger.read(exchange, limitBytes);
          return { headers: exchange.headers, url: exchange.url, body };
        } catch (error) {
          throw registryFailure(error, call.method, exchange.url);
        } finally {
          exchange.end();
        }
      }),
    );
  }

  /** Sends a call with what the registry wants to see; a 401 is answered once. */
  private async authorized<T>(call: Call, totalMs: number, use: (exchange: Exchange) => Promise<T>): Promise<T> {
    const { exchanger, insecure } = this.connection.parts;
    const endpoint = await this.connection.ping(call.signal);
    const url = call.url ?? new URL(`/v2/${this.name}/${call.path}`, endpoint.base);
    let challenges = endpoint.challenges;
    let scope = this.scope;
    for (let attempt = 0; ; attempt += 1) {
      const authorization = await this.connection.authorize(challenges, scope, this.image, call.signal);
      const exchange = await exchanger.start({
        method: call.method,
        url,
        headers: call.headers,
        authorization: authorization?.header,
        totalMs,
        mayDowngrade: insecure,
        signal: call.signal,
      });
      this.tell(exchange);
      const anew = exchange.status === 401 ? parseChallenges(exchange.headers['www-authenticate']) : [];
      if (anew.length === 0 || attempt > 0) return use(exchange);
      exchange.end();
      if (authorization) this.connection.parts.tokens.forget(authorization.key);
      challenges = anew;
      // A registry that wants another scope than the usual one says so (public.ecr.aws does).
      scope = readingScope(anew) ?? this.scope;
    }
  }

  private tell({ status, headers }: Exchange): void {
    const rateLimit = readRateLimit(headers);
    const retryAfterMs = status === 429 || status === 503 ? readRetryAfterMs(headers) : undefined;
    this.connection.parts.onAnswer({ account: this.account, status, rateLimit, retryAfterMs });
  }

  private async drainedFailure(exchange: Exchange, wanted: Wanted): Promise<Error> {
    try {
      const body = await this.connection.parts.exchanger.readError(exchange);
      const hasCredential = this.connection.parts.keyring.forImage(this.image) !== undefined;
      return answerFailure(wanted, exchange, body, hasCredential);
    } finally {
      exchange.end();
    }
  }
}

/** Manifests may name anything; what has not the form of a tag or digest is nowhere, and never becomes part of a URL. */
function refuseOddName(wanted: Wanted): void {
  if (wanted.kind === 'tags' || isDigest(wanted.reference)) return;
  if (wanted.kind === 'blob') throw new BlobUnknown(wanted.repository, wanted.reference);
  if (!isTagName(wanted.reference)) throw new ManifestUnknown(wanted.repository, wanted.reference);
}

/** The exchange's body as it is, ending the exchange when it closes. */
function untouched(exchange: Exchange): Readable {
  exchange.body.on('close', () => exchange.end());
  return exchange.body;
}

/** The exchange's body, checked against the digest when it is whole, ending the exchange when it closes. */
function flowing(exchange: Exchange, digest: string | undefined): Readable {
  const hash = digest === undefined ? undefined : hashFor(digest);
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash?.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const actual = hash && `${digest?.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}`;
      done(
        digest !== undefined && actual !== digest
          ? new DigestMismatch(shown(exchange.url), digest, actual ?? '')
          : null,
      );
    },
  });
  exchange.body.on('error', (error) => through.destroy(registryFailure(error, 'GET', exchange.url) as Error));
  through.on('close', () => exchange.end());
  return exchange.body.pipe(through);
}

function parseJson(url: URL, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new MalformedAnswer(shown(url), 'the answer is no JSON', { cause });
  }
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
