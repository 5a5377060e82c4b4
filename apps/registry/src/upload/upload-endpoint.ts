import { Injectable } from '@nestjs/common';
import { type Caller, RegistryAccess } from '../access/registry-access.js';
import { BlobIntake } from '../blob/blob-intake.js';
import type { Exchange } from '../door/exchange.js';
import { BlobLimits } from '../limits/blob-limits.js';
import { type DigestAlgorithm, isAlgorithm, requireAlgorithm } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { methodUnsupported } from '../oci/refusals.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { StorageFull } from '../storage/blob-storage.js';
import { BlobMount } from './blob-mount.js';
import { receiveBody } from './receive-body.js';
import type { UploadKey } from './upload.store.js';
import { UploadStore } from './upload.store.js';
import { noRoom, rangeOf, uploadAlgorithm, Uploads } from './uploads.js';

/** `/v2/<name>/blobs/uploads/` and `/v2/<name>/blobs/uploads/<id>`. */
@Injectable()
export class UploadEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly uploads: Uploads,
    private readonly store: UploadStore,
    private readonly intake: BlobIntake,
    private readonly mounts: BlobMount,
    private readonly limits: BlobLimits,
  ) {}

  /** `id` is empty for the collection. */
  async answer(exchange: Exchange, repository: RepositoryName, id: string): Promise<void> {
    if (id === '') {
      if (exchange.method !== 'POST') throw methodUnsupported('POST');
      return this.begin(exchange, repository);
    }
    switch (exchange.method) {
      case 'GET':
      case 'HEAD':
        return this.status(exchange, repository, id);
      case 'PATCH':
        return this.append(exchange, repository, id);
      case 'PUT':
        return this.finish(exchange, repository, id);
      case 'DELETE':
        return this.cancel(exchange, repository, id);
      default:
        throw methodUnsupported('GET, HEAD, PATCH, PUT, DELETE');
    }
  }

  private async begin(exchange: Exchange, repository: RepositoryName): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'push', repository }]);
    const mount = exchange.query.get('mount');
    if (mount !== null && (await this.mounts.mount(repository, mount, exchange.query.get('from'), caller))) {
      return answerCreated(exchange, repository, mount);
    }
    const digest = exchange.query.get('digest');
    if (digest !== null) return this.takeWhole(exchange, repository, digest);
    const algorithm = announcedAlgorithm(exchange) ?? uploadAlgorithm(mount);
    answerUnderWay(exchange, 202, await this.store.begin(repository, ownerOf(caller), algorithm));
  }

  /** The whole blob in the POST. */
  private async takeWhole(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    const incoming = await this.intake.begin(repository, digest);
    try {
      await receiveBody(exchange.request, incoming.writer, { largestBytes: this.uploads.largestBytes });
      await this.limits.check(repository, incoming.writer.sizeBytes);
      await incoming.commit();
    } catch (error) {
      throw error instanceof StorageFull ? noRoom(error) : error;
    } finally {
      await incoming[Symbol.asyncDispose]();
    }
    answerCreated(exchange, repository, digest);
  }

  private async status(exchange: Exchange, repository: RepositoryName, id: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    answerUnderWay(exchange, 204, await this.store.read(keyOf(repository, id, caller)));
  }

  private async append(exchange: Exchange, repository: RepositoryName, id: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'push', repository }]);
    const upload = await this.uploads
      .append(keyOf(repository, id, caller), exchange.request)
      .catch((error: unknown) => {
        throw withLocation(error, exchange, repository, id);
      });
    answerUnderWay(exchange, 202, upload);
  }

  private async finish(exchange: Exchange, repository: RepositoryName, id: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'push', repository }]);
    const digest = exchange.query.get('digest');
    if (digest === null) throw new OciError('DIGEST_INVALID', 'the query parameter digest is missing');
    requireAlgorithm(digest);
    await this.uploads.finish(keyOf(repository, id, caller), exchange.request, digest).catch((error: unknown) => {
      throw withLocation(error, exchange, repository, id);
    });
    answerCreated(exchange, repository, digest);
  }

  private async cancel(exchange: Exchange, repository: RepositoryName, id: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'cancel-upload', repository }]);
    await this.uploads.cancel(keyOf(repository, id, caller));
    exchange.answer(204, { 'Docker-Upload-UUID': id });
  }
}

/** What the blob's digest is going to be by, where the client says so. Throws DIGEST_INVALID: better now than after it all came. */
function announcedAlgorithm({ query }: Exchange): DigestAlgorithm | undefined {
  const algorithm = query.get('digest-algorithm');
  if (algorithm === null || algorithm === '') return undefined;
  if (isAlgorithm(algorithm)) return algorithm;
  throw new OciError('DIGEST_INVALID', 'digest-algorithm is neither sha256 nor sha512', {
    detail: { algorithm: algorithm.slice(0, 100) },
  });
}

function ownerOf({ identity }: Caller): string {
  return identity.user;
}

function keyOf(repository: RepositoryName, id: string, caller: Caller): UploadKey {
  return { id, repository, owner: ownerOf(caller) };
}

function locationOf(exchange: Exchange, repository: RepositoryName, id: string): string {
  return exchange.urlOf(`/v2/${nameOf(repository)}/blobs/uploads/${id}`);
}

function answerUnderWay(exchange: Exchange, status: number, upload: Parameters<typeof rangeOf>[0]): void {
  exchange.answer(status, {
    Location: locationOf(exchange, upload.repository, upload.id),
    Range: rangeOf(upload),
    'Docker-Upload-UUID': upload.id,
  });
}

function answerCreated(exchange: Exchange, repository: RepositoryName, digest: string): void {
  exchange.answer(201, {
    Location: exchange.urlOf(`/v2/${nameOf(repository)}/blobs/${digest}`),
    'Docker-Content-Digest': digest,
  });
}

/** Whoever sent a chunk out of order is told where to go on. */
function withLocation(error: unknown, exchange: Exchange, repository: RepositoryName, id: string): unknown {
  if (!(error instanceof OciError) || error.status !== 416) return error;
  const headers = { ...error.headers, Location: locationOf(exchange, repository, id) };
  return new OciError(error.code, error.message, { detail: error.detail, headers, cause: error });
}
