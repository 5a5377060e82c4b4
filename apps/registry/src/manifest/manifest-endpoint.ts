import { MEDIA_TYPE } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { type Caller, RegistryAccess } from '../access/registry-access.js';
import { namesEntity } from '../blob/byte-range.js';
import { UnneededLinks, unusedSinceOf } from '../collection/unneeded-links.js';
import type { Exchange } from '../door/exchange.js';
import { readBody } from '../door/read-body.js';
import { isBlobDigest } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { manifestUnknownByDigest, manifestUnknownByTag, methodUnsupported } from '../oci/refusals.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { RepositoryStreams } from '../stream/repository-streams.js';
import { accepts, notAccepted } from './accept.js';
import { ManifestPushes } from './manifest-push.js';
import { ManifestStore } from './manifest.store.js';
import { parseManifest } from './parse-manifest.js';
import { type VisibleManifest, VisibleManifests } from './visible-manifests.js';

/** The specification asks for at least as much. */
const LARGEST_MANIFEST_BYTES = 4 * 1024 * 1024;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
/** A push by digest may set so many tags. */
const MOST_TAGS = 100;

/** `/v2/<name>/manifests/<tag or digest>`. */
@Injectable()
export class ManifestEndpoint {
  constructor(
    private readonly access: RegistryAccess,
    private readonly visible: VisibleManifests,
    private readonly manifests: ManifestStore,
    private readonly pushes: ManifestPushes,
    private readonly links: UnneededLinks,
    private readonly streams: RepositoryStreams,
  ) {}

  async answer(exchange: Exchange, repository: RepositoryName, reference: string): Promise<void> {
    switch (exchange.method) {
      case 'GET':
      case 'HEAD':
        return this.get(exchange, repository, reference);
      case 'PUT':
        return this.put(exchange, repository, reference);
      case 'DELETE':
        return this.delete(exchange, repository, reference);
      default:
        throw methodUnsupported('GET, HEAD, PUT, DELETE');
    }
  }

  private async get(exchange: Exchange, repository: RepositoryName, reference: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'pull', repository }]);
    const manifest = await this.find(exchange, repository, reference, caller);
    const headers = {
      'Content-Type': manifest.mediaType,
      'Docker-Content-Digest': manifest.digest,
      ETag: `"${manifest.digest}"`,
      Vary: 'Accept',
    };
    if (namesEntity(exchange.header('if-none-match'), manifest.digest)) return exchange.answer(304, headers);
    exchange.answer(200, headers, manifest.bytes);
  }

  private async find(
    exchange: Exchange,
    repository: RepositoryName,
    reference: string,
    caller: Caller,
  ): Promise<VisibleManifest> {
    const accept = exchange.header('accept');
    const isDigest = reference.includes(':');
    const found = isDigest
      ? isBlobDigest(reference) && (await this.visible.byDigest(repository, reference, caller))
      : TAG.test(reference) && (await this.visible.byTag(repository, reference, caller));
    if (!found) throw isDigest ? manifestUnknownByDigest(repository, reference) : manifestUnknownByTag(reference);
    const problem = notAccepted(accept, found.mediaType);
    if (problem !== undefined) throw new OciError('MANIFEST_UNKNOWN', problem);
    if (isDigest || found.mediaType !== MEDIA_TYPE.manifestList || accepts(accept, MEDIA_TYPE.manifestList))
      return found;
    return this.childForOldClients(repository, found, caller);
  }

  /** Clients that know no lists get the image of the usual platform (contract: registry, §4). */
  private async childForOldClients(
    repository: RepositoryName,
    list: VisibleManifest,
    caller: Caller,
  ): Promise<VisibleManifest> {
    const { children } = parseManifest(list.bytes, list.mediaType);
    const child = children.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64');
    const found = child && (await this.visible.byDigest(repository, child.digest, caller));
    if (!found) throw manifestUnknownByDigest(repository, child?.digest ?? list.digest);
    return found;
  }

  private async put(exchange: Exchange, repository: RepositoryName, reference: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'push', repository }]);
    const isDigest = reference.includes(':');
    const tags = isDigest ? exchange.query.getAll('tag') : [reference];
    checkTags(tags);
    const bytes = await readBody(exchange.request, LARGEST_MANIFEST_BYTES, 'MANIFEST_INVALID');
    const contentType = exchange.header('content-type') ?? '';
    const digest = isDigest ? reference : undefined;
    const accepted = await this.pushes.accept({ repository, bytes, contentType, digest, tags }, caller);
    exchange.answer(201, {
      Location: exchange.urlOf(`/v2/${nameOf(repository)}/manifests/${accepted.digest}`),
      'Docker-Content-Digest': accepted.digest,
      ...(accepted.subject !== undefined && { 'OCI-Subject': accepted.subject }),
      ...(isDigest && tags.length > 0 && { 'OCI-Tag': tags }),
    });
  }

  private async delete(exchange: Exchange, repository: RepositoryName, reference: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'delete', repository }]);
    if (!reference.includes(':')) {
      if (!TAG.test(reference) || !(await this.streams.removeTag(repository, reference, caller))) {
        throw manifestUnknownByTag(reference);
      }
      return exchange.answer(202);
    }
    if (!isBlobDigest(reference)) throw manifestUnknownByDigest(repository, reference);
    const unusedSince = unusedSinceOf(exchange);
    if (unusedSince) {
      await this.links.dropManifest(repository, reference, unusedSince);
      return exchange.answer(202);
    }
    const wasHeld = await this.streams.removeDigest(repository, reference, caller);
    const wasLinked = await this.manifests.unlink(repository, reference);
    if (!wasHeld && !wasLinked) throw manifestUnknownByDigest(repository, reference);
    exchange.answer(202);
  }
}

function checkTags(tags: readonly string[]): void {
  if (tags.length > MOST_TAGS) throw new OciError('TAG_INVALID', `more than ${MOST_TAGS} tags at once`);
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (wrong === undefined) return;
  throw new OciError(
    'TAG_INVALID',
    'not a tag: up to 128 letters, digits, "_", "." and "-", beginning with none of the last two',
    {
      detail: { tag: wrong.slice(0, 200) },
    },
  );
}
