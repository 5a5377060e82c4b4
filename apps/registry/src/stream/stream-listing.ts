import { ListAllowedNamespaces, ListRepositories, ListTags } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { rightToListStreams } from '../access/access-rules.js';
import type { Caller } from '../access/registry-access.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { OciError } from '../oci/oci-error.js';
import type { Page } from './repository-streams.js';

/** What fits into a message. */
const TAGS_PER_ASK = 1000;
const REPOSITORIES_PER_ASK = 400;
const NAMESPACES_PER_ASK = 1000;

/** Lists tags and streams, as many messages as it takes. */
@Injectable()
export class StreamListing {
  constructor(private readonly requests: Requests) {}

  async tags(repository: RepositoryName, { n, last }: Page): Promise<string[]> {
    const tags: string[] = [];
    for (;;) {
      const limit = Math.max(1, Math.min(n - tags.length, TAGS_PER_ASK));
      const ask = { ...repository, after: tags.at(-1) ?? last, limit };
      const answer = await this.requests.ask(ListTags, ask);
      if (!answer.streamExists) throw nameUnknown(repository);
      if (n === 0) return [];
      tags.push(...answer.tags);
      if (tags.length >= n || answer.tags.length < limit) return tags;
    }
  }

  /** Streams of those namespaces whose streams the caller may list. */
  async repositories({ n, last }: Page, caller: Caller): Promise<string[]> {
    const namespaces = await this.listableNamespaces(caller);
    if (n === 0 || namespaces?.length === 0) return [];
    const repositories: string[] = [];
    for (;;) {
      const limit = Math.min(n - repositories.length, REPOSITORIES_PER_ASK);
      const after = repositories.at(-1) ?? last;
      const page = await this.page(namespaces, after, limit);
      repositories.push(...page);
      if (repositories.length >= n || page.length < limit) return repositories;
    }
  }

  /** Names of many namespaces go in several messages; the best of each is the best of all. */
  private async page(namespaces: readonly string[] | undefined, after: string, limit: number): Promise<string[]> {
    if (!namespaces) return (await this.requests.ask(ListRepositories, { after, limit })).repositories;
    const found: string[] = [];
    for (let begin = 0; begin < namespaces.length; begin += NAMESPACES_PER_ASK) {
      const some = namespaces.slice(begin, begin + NAMESPACES_PER_ASK);
      found.push(...(await this.requests.ask(ListRepositories, { namespaces: some, after, limit })).repositories);
    }
    return found.sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  }

  /** Undefined when it is all of them. */
  private async listableNamespaces({ identity }: Caller): Promise<string[] | undefined> {
    const listed: string[] = [];
    for (;;) {
      const after = listed.at(-1) ?? '';
      const ask = { identity, attributes: rightToListStreams, after, limit: NAMESPACES_PER_ASK };
      const { everywhere, namespaces } = await this.requests.ask(ListAllowedNamespaces, ask);
      if (everywhere) return undefined;
      listed.push(...namespaces);
      if (namespaces.length < NAMESPACES_PER_ASK) return listed;
    }
  }
}

function nameUnknown(repository: RepositoryName): OciError {
  const detail = { name: nameOf(repository) };
  return new OciError('NAME_UNKNOWN', 'repository name not known to registry', { detail });
}
