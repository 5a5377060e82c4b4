import {
  encodeOpenApiV2,
  mergeOpenApiV2,
  mergeOpenApiV3,
  type OpenApiV2Document,
  type OpenApiV3Document,
} from '@faktorz/apimachinery';
import { ServiceHttp, type ServiceClient } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { OWNERS, type OwnerAddress } from '../routing/owners.js';
import { DiscoveryBoard } from './discovery-board.js';
import { fileOf, type OpenApiFile } from './openapi-documents.js';

export const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const ASK_TIMEOUT_MS = 20_000;
const ASK_AGAIN_MS = 3000;

interface V3Index {
  paths: Record<string, { serverRelativeURL: string }>;
}

/** A group-version's documents, one URL per owner that has a part in it. */
type V3Sources = Map<string, { owner: ServiceClient; url: string }[]>;

/**
 * The OpenAPI documents of all owners together. They are read when first asked for, and again when an owner serves
 * something else than before.
 */
@Injectable()
export class OpenApiBoard {
  private readonly owners: readonly ServiceClient[];
  private readonly files = new Map<string, Promise<OpenApiFile | undefined>>();
  private sources: Promise<V3Sources> | undefined;
  private edition = -1;
  private askAgainAtMs = Infinity;

  constructor(
    @Inject(OWNERS) owners: readonly OwnerAddress[],
    http: ServiceHttp,
    private readonly board: DiscoveryBoard,
  ) {
    this.owners = owners.map(({ owner, urls }) => http.service(owner, urls));
  }

  /** `GET /openapi/v3`: where the document of each group-version is, and what it hashes to. */
  v3Index(): Promise<OpenApiFile> {
    return this.kept('v3', async () => {
      const paths = [...(await this.v3Sources()).keys()].flatMap((path) => [groupOf(path), path]);
      const entries = await Promise.all(
        [...new Set(paths)]
          .filter((path) => path !== '')
          .map(async (path) => [
            path,
            { serverRelativeURL: `/openapi/v3/${path}?hash=${(await this.v3(path))?.hash ?? ''}` },
          ]),
      );
      return fileOf({ paths: Object.fromEntries(entries) as object });
    }) as Promise<OpenApiFile>;
  }

  /** The document of `apis/<group>/<version>`, `api/v1` or `apis/<group>`; undefined when nobody serves it. */
  v3(path: string): Promise<OpenApiFile | undefined> {
    return this.kept(`v3/${path}`, async () => {
      const sources = await this.v3Sources();
      const parts = sources.get(path);
      if (parts) {
        const documents = parts.map(({ owner, url }) =>
          owner.getJson<OpenApiV3Document>(url, { timeoutMs: ASK_TIMEOUT_MS }),
        );
        return fileOf(mergeOpenApiV3(await Promise.all(documents)));
      }
      return [...sources.keys()].some((known) => groupOf(known) === path) ? fileOf(groupDocument(path)) : undefined;
    });
  }

  v2(): Promise<OpenApiFile> {
    return this.kept('v2', async () => fileOf(await this.mergedV2())) as Promise<OpenApiFile>;
  }

  v2Protobuf(): Promise<OpenApiFile> {
    return this.kept('v2-protobuf', async () =>
      fileOf(Buffer.from(encodeOpenApiV2(await this.mergedV2()))),
    ) as Promise<OpenApiFile>;
  }

  /** The owner of the core group comes first, so that its definitions keep their names. */
  private async mergedV2(): Promise<OpenApiV2Document> {
    const ask = (owner: ServiceClient) =>
      owner.getJson<OpenApiV2Document>('/openapi/v2', { timeoutMs: ASK_TIMEOUT_MS });
    return mergeOpenApiV2(await this.ofAll(ask));
  }

  /** What each owner answers; one that does not is left out for now, and asked again soon. */
  private async ofAll<T>(ask: (owner: ServiceClient) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(this.owners.map(ask));
    if (answers.some(({ status }) => status === 'rejected'))
      this.askAgainAtMs = Math.min(this.askAgainAtMs, Date.now() + ASK_AGAIN_MS);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  private v3Sources(): Promise<V3Sources> {
    this.forgetOld();
    if (this.sources) return this.sources;
    const reading = this.readSources();
    this.sources = reading;
    reading.catch(() => {
      if (this.sources === reading) this.sources = undefined;
    });
    return reading;
  }

  private async readSources(): Promise<V3Sources> {
    const sources: V3Sources = new Map();
    const indexes = await this.ofAll(async (owner) => ({ owner, ...(await owner.getJson<V3Index>('/openapi/v3')) }));
    for (const { owner, paths } of indexes) {
      for (const [path, { serverRelativeURL: url }] of Object.entries(paths))
        sources.set(path, [...(sources.get(path) ?? []), { owner, url }]);
    }
    return sources;
  }

  private kept(name: string, make: () => Promise<OpenApiFile | undefined>): Promise<OpenApiFile | undefined> {
    this.forgetOld();
    const known = this.files.get(name);
    if (known) return known;
    const made = make();
    this.files.set(name, made);
    made.then(
      (file) => file === undefined && this.files.delete(name), // any path may be asked for
      () => this.files.get(name) === made && this.files.delete(name),
    );
    return made;
  }

  private forgetOld(): void {
    if (this.edition === this.board.version && Date.now() < this.askAgainAtMs) return;
    this.askAgainAtMs = Infinity;
    this.edition = this.board.version;
    this.files.clear();
    this.sources = undefined;
  }
}

/** `apis/<group>` of `apis/<group>/<version>`; empty for the core group. */
function groupOf(path: string): string {
  const [root, group, version] = path.split('/');
  return root === 'apis' && version !== undefined ? `apis/${group}` : '';
}

function groupDocument(path: string): object {
  const get = { description: 'get information of a group', responses: { 200: { description: 'OK' } } };
  return { openapi: '3.0.0', info: { title: 'FaktorZ', version: 'v1' }, paths: { [`/${path}/`]: { get } } };
}
