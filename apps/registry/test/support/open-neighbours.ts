import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { type Access, type Caller, RegistryAccess } from '../../src/access/registry-access.js';
import { BlobLimits } from '../../src/limits/blob-limits.js';
import { OciError } from '../../src/oci/oci-error.js';
import { nameOf, type RepositoryName } from '../../src/oci/repository-name.js';
import { type FetchedBlob, type FetchedManifest, PullThrough } from '../../src/pull-through/pull-through.js';
import { type Page, type PushedManifest, RepositoryStreams } from '../../src/stream/repository-streams.js';

/** Lets in whoever names themselves as bearer token; `shut` holds what is refused to a user. */
@Injectable()
export class NamedCallers extends RegistryAccess {
  /** `user kind namespace/stream`. */
  readonly shut = new Set<string>();

  async authorize(request: IncomingMessage, needed: readonly Access[]): Promise<Caller> {
    const user = /^Bearer (\w+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (user === undefined) throw new OciError('UNAUTHORIZED', 'authentication required');
    const caller = { identity: { user, groups: [] }, isAnonymous: false };
    for (const access of needed) {
      if (!(await this.allows(caller, access))) throw new OciError('UNAUTHORIZED', 'access denied');
    }
    return caller;
  }

  async allows({ identity }: Caller, access: Access): Promise<boolean> {
    const where = 'repository' in access ? ` ${nameOf(access.repository)}` : '';
    return !this.shut.has(`${identity.user} ${access.kind}${where}`);
  }

  noteAnswer(): void {}
}

/** Streams that keep what is pushed, and nothing else: each tag with its history. */
@Injectable()
export class RememberedStreams extends RepositoryStreams {
  private readonly streams = new Map<string, Map<string, string[]>>();
  /** Thrown by the next push, when set. */
  refusal: Error | undefined;
  readonly pushes: PushedManifest[] = [];

  async resolveTag(repository: RepositoryName, tag: string): Promise<string | undefined> {
    return this.streams.get(nameOf(repository))?.get(tag)?.[0];
  }

  async holds(repository: RepositoryName, digest: string): Promise<boolean> {
    const tags = this.streams.get(nameOf(repository)) ?? new Map<string, string[]>();
    return [...tags.values()].some((history) => history.includes(digest));
  }

  /** As `KnownImages`: what some tag's history names. */
  async among(digests: readonly string[]): Promise<ReadonlySet<string>> {
    const histories = [...this.streams.values()].flatMap((tags) => [...tags.values()].flat());
    return new Set(digests.filter((digest) => histories.includes(digest)));
  }

  async tags(repository: RepositoryName, page: Page): Promise<string[]> {
    const tags = this.streams.get(nameOf(repository));
    if (!tags) throw new OciError('NAME_UNKNOWN', 'repository name not known to registry');
    return pageOf([...tags.keys()], page);
  }

  async catalog(page: Page): Promise<string[]> {
    return pageOf([...this.streams.keys()], page);
  }

  async recordPush(pushed: PushedManifest): Promise<void> {
    if (this.refusal) throw this.refusal;
    this.pushes.push(pushed);
    const name = nameOf(pushed.repository);
    const tags = this.streams.get(name) ?? new Map<string, string[]>();
    if (pushed.tags.length > 0) this.streams.set(name, tags);
    for (const tag of pushed.tags) {
      const history = tags.get(tag) ?? [];
      if (history[0] !== pushed.digest) tags.set(tag, [pushed.digest, ...history]);
    }
  }

  async removeTag(repository: RepositoryName, tag: string): Promise<boolean> {
    return this.streams.get(nameOf(repository))?.delete(tag) ?? false;
  }

  names(repository: RepositoryName, digest: string): Promise<boolean> {
    return this.holds(repository, digest);
  }

  async removeDigest(repository: RepositoryName, digest: string): Promise<boolean> {
    const held = await this.holds(repository, digest);
    for (const [tag, history] of this.streams.get(nameOf(repository)) ?? []) {
      const kept = history.filter((entry) => entry !== digest);
      if (kept.length === 0) this.streams.get(nameOf(repository))?.delete(tag);
      else this.streams.get(nameOf(repository))?.set(tag, kept);
    }
    return held;
  }
}

function pageOf(names: string[], { n, last }: Page): string[] {
  return names
    .filter((name) => name > last)
    .sort((a, b) => (a < b ? -1 : 1))
    .slice(0, n);
}

/** No outside registry has anything. */
@Injectable()
export class NothingOutside extends PullThrough {
  mirror(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async manifest(): Promise<FetchedManifest | undefined> {
    return undefined;
  }

  async blob(): Promise<FetchedBlob | undefined> {
    return undefined;
  }

  async blobSize(): Promise<number | undefined> {
    return undefined;
  }
}

/** Blobs may have any size. */
@Injectable()
export class NoLimits extends BlobLimits {
  async check(): Promise<void> {}
}
