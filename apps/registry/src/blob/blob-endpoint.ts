import { Injectable } from '@nestjs/common';
import { RegistryAccess, type Caller } from '../access/registry-access.js';
import { UnneededLinks, unusedSinceOf } from '../collection/unneeded-links.js';
import type { Exchange } from '../door/exchange.js';
import { requireAlgorithm } from '../oci/blob-digest.js';
import { blobUnknown, methodUnsupported } from '../oci/refusals.js';
import { OciError } from '../oci/oci-error.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { type FetchedBlob, PullThrough } from '../pull-through/pull-through.js';
import { BlobStorage, type StoredBlob } from '../storage/blob-storage.js';
import { BlobStore } from './blob.store.js';
import { type ByteRange, byteRangeOf, namesEntity } from './byte-range.js';
import { sendBlob } from './send-blob.js';
import { VisibleBlobs } from './visible-blobs.js';

/** Content under a digest never changes. */
const FOR_A_YEAR = 'max-age=31536000';

/** `/v2/<name>/blobs/<digest>`. */
@Injectable()
export class BlobEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly visible: VisibleBlobs,
    private readonly blobs: BlobStore,
    private readonly links: UnneededLinks,
    private readonly storage: BlobStorage,
    private readonly pullThrough: PullThrough,
  ) {}

  async answer(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    switch (exchange.method) {
      case 'GET':
        return this.get(exchange, repository, digest);
      case 'HEAD':
        return this.head(exchange, repository, digest);
      case 'DELETE':
        return this.delete(exchange, repository, digest);
      default:
        throw methodUnsupported('GET, HEAD, DELETE');
    }
  }

  private async head(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    requireAlgorithm(digest);
    const local = await this.visible.size(repository, digest, caller);
    const size = local ?? (await this.pullThrough.blobSize(repository, digest, caller));
    if (size === undefined) throw blobUnknown(digest);
    if (namesEntity(exchange.header('if-none-match'), digest)) return exchange.answer(304, headersOf(digest));
    exchange.answer(200, { ...headersOf(digest), 'Content-Length': size });
  }

  private async get(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    requireAlgorithm(digest);
    const blob = await this.openVisible(repository, digest, caller);
    if (!blob) return this.getThrough(exchange, repository, digest, caller);
    try {
      this.blobs.noteUse(repository, digest);
      const range = beginAnswer(exchange, digest, blob.sizeBytes);
      if (!range) return;
      await sendBlob(exchange.response, blob, range);
      exchange.response.end();
    } finally {
      await blob.close();
    }
  }

  private async openVisible(
    repository: RepositoryName,
    digest: string,
    caller: Caller,
  ): Promise<StoredBlob | undefined> {
    const size = await this.visible.size(repository, digest, caller);
    return size === undefined ? undefined : this.storage.open(digest);
  }

  private async getThrough(
    exchange: Exchange,
    repository: RepositoryName,
    digest: string,
    caller: Caller,
  ): Promise<void> {
    const blob = await this.pullThrough.blob(repository, digest, caller);
    if (!blob) throw blobUnknown(digest);
    const range = beginAnswer(exchange, digest, blob.sizeBytes);
    if (range) await sendFetched(exchange, blob, range);
  }

  private async delete(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    await this.access.authorize(exchange.request, [{ kind: 'delete', repository }]);
    requireAlgorithm(digest);
    const unusedSince = unusedSinceOf(exchange);
    if (unusedSince) await this.links.dropBlob(repository, digest, unusedSince);
    else if (!(await this.blobs.unlink(repository, digest))) throw blobUnknown(digest);
    exchange.answer(202, { 'Docker-Content-Digest': digest });
  }
}

function headersOf(digest: string): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
    'Cache-Control': FOR_A_YEAR,
    'Accept-Ranges': 'bytes',
  };
}

/** Sends the head of the answer; which bytes are to follow, undefined when none are. */
function beginAnswer(exchange: Exchange, digest: string, sizeBytes: number): ByteRange | undefined {
  const headers = headersOf(digest);
  if (namesEntity(exchange.header('if-none-match'), digest)) return void exchange.answer(304, headers);
  const ifRange = exchange.header('if-range');
  const wanted = ifRange === undefined || namesEntity(ifRange, digest) ? exchange.header('range') : undefined;
  const range = byteRangeOf(wanted, sizeBytes);
  if (range === 'unsatisfiable') {
    throw new OciError('RANGE_INVALID', 'the blob has no such range', {
      detail: { range: wanted?.slice(0, 100), sizeBytes },
      headers: { 'Content-Range': `bytes */${sizeBytes}` },
    });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  if (range) headers['Content-Range'] = `bytes ${start}-${end}/${sizeBytes}`;
  exchange.begin(range ? 206 : 200, { ...headers, 'Content-Length': end - start + 1 });
  if (end >= start) return { start, end };
  return void exchange.response.end();
}

/** Bytes that are not all here yet. A transfer that fails for good cuts the connection: the client sees that bytes are missing. */
async function sendFetched({ response }: Exchange, blob: FetchedBlob, { start, end }: ByteRange): Promise<void> {
  for await (const chunk of blob.read(start, end)) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

function drained(response: Exchange['response']): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.removeListener('drain', done);
      response.removeListener('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
