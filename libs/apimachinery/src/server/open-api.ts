import { createHash } from 'node:crypto';
import type { PlainAnswer } from '../discovery/answer-discovery.js';
import { AVAILABLE, parseAccept } from '../negotiation/accept.js';
import {
  encodeOpenApiV2,
  OPENAPI_V2_PROTOBUF,
  openApiV2Document,
  openApiV3Document,
  openApiV3Index,
} from '../openapi/index.js';
import type { ResourceDefinition } from '../resource-definition.js';
import { notAcceptable } from '../status/errors.js';

export interface OpenApiAsk {
  /** Decoded parts of the path, `openapi` first. */
  parts: readonly string[];
  accept?: string;
  ifNoneMatch?: string;
  /** The `hash` parameter: with the right one the answer may be kept for ever. */
  hash?: string;
}

interface OpenApiFile {
  body: string;
  hash: string;
}

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** The OpenAPI documents of a set of resources, made when first asked for. */
export class OpenApiDocuments {
  private readonly files = new Map<string, OpenApiFile>();
  private readonly v3Paths: ReadonlyMap<string, string>;
  private v2Protobuf: Buffer | undefined;

  constructor(private readonly definitions: readonly ResourceDefinition[]) {
    this.v3Paths = new Map(
      definitions.map(({ group, version }) => {
        const groupVersion = group === '' ? version : `${group}/${version}`;
        return [group === '' ? `api/${version}` : `apis/${groupVersion}`, groupVersion];
      }),
    );
  }

  /** Answers `/openapi/v2`, `/openapi/v3` and `/openapi/v3/<path>`; undefined for every other path. */
  answer(ask: OpenApiAsk): PlainAnswer | undefined {
    const [, version, ...rest] = ask.parts;
    if (version === 'v2' && rest.length === 0) return this.v2(ask);
    if (version !== 'v3') return undefined;
    if (rest.length === 0) return this.v3Index(ask);
    const path = rest.join('/');
    const groupVersion = this.v3Paths.get(path);
    return groupVersion === undefined ? undefined : kept(this.v3File(path, groupVersion), 'application/json', ask);
  }

  private v3Index(ask: OpenApiAsk): PlainAnswer {
    const documents = [...this.v3Paths].map(
      ([path, groupVersion]) => [groupVersion, this.v3File(path, groupVersion)] as const,
    );
    // The reference names no better type for its index, and clients expect none.
    return kept(fileOf(openApiV3Index(new Map(documents))), 'text/plain; charset=utf-8', ask);
  }

  private v3File(path: string, groupVersion: string): OpenApiFile {
    return this.file(path, () => openApiV3Document(this.definitions, groupVersion));
  }

  private v2(ask: OpenApiAsk): PlainAnswer {
    for (const { type } of parseAccept(ask.accept)) {
      if (type === OPENAPI_V2_PROTOBUF) {
        this.v2Protobuf ??= Buffer.from(encodeOpenApiV2(openApiV2Document(this.definitions)));
        return kept({ body: this.v2Protobuf, hash: hashOf(this.v2Protobuf) }, OPENAPI_V2_PROTOBUF, ask);
      }
      if (type === 'application/json' || type === '*/*' || type === 'application/*') {
        return kept(
          this.file('v2', () => openApiV2Document(this.definitions)),
          'application/json',
          ask,
        );
      }
    }
    throw notAcceptable(AVAILABLE);
  }

  private file(key: string, make: () => object): OpenApiFile {
    const known = this.files.get(key);
    if (known) return known;
    const made = fileOf(make());
    this.files.set(key, made);
    return made;
  }
}

/** A document with its validators; one asked for by its hash never changes. */
function kept(
  { body, hash }: { body: string | Buffer; hash: string },
  contentType: string,
  ask: OpenApiAsk,
): PlainAnswer {
  const etag = `"${hash}"`;
  const headers: Record<string, string> = { ETag: etag, Vary: 'Accept', 'Last-Modified': STARTED };
  if (ask.hash === hash) {
    headers['Cache-Control'] = 'public, immutable';
    headers['Expires'] = new Date(Date.now() + ONE_YEAR_MS).toUTCString();
  } else {
    headers['Cache-Control'] = 'no-cache, private';
  }
  if (ask.ifNoneMatch?.split(',').some((known) => known.trim().replace(/^W\//, '') === etag)) {
    return { status: 304, headers, body: '' };
  }
  return { status: 200, headers: { ...headers, 'Content-Type': contentType }, body };
}

const STARTED = new Date().toUTCString();

function fileOf(document: object): OpenApiFile {
  const body = JSON.stringify(document);
  return { body, hash: hashOf(body) };
}

function hashOf(body: string | Buffer): string {
  return createHash('sha512').update(body).digest('hex').toUpperCase();
}
