import {
  type AnswerOf,
  type AskOf,
  exactReference,
  FindImage,
  ListKnownImages,
  ListRepositories,
  ListSources,
  ListTags,
  ListTakenImages,
  parseImageReference,
  RemoveImage,
  ResolveTag,
  type StreamName,
  withDigest,
} from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { ImageRepository } from '../image/image-repository.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
import { ImageRemoval } from './image-removal.js';
import { imageOrigins } from './image-origins.js';
import { imageSources } from './image-sources.js';
import { RepositoryStore } from './repository.store.js';

/** Shows the integrated registry streams as repositories. */
@Injectable()
export class RepositoryAnswers {
  constructor(
    private readonly repositories: RepositoryStore,
    private readonly streams: ImageStreamStore,
    private readonly removal: ImageRemoval,
    private readonly names: RepositoryNames,
    private readonly images: ImageRepository,
  ) {}

  @Answers(ResolveTag)
  async resolveTag(ask: AskOf<typeof ResolveTag>): Promise<AnswerOf<typeof ResolveTag>> {
    const found = await this.repositories.newestImage(keyOf(ask), ask.tag);
    return { streamExists: found !== undefined, ...(found?.image && { image: found.image }) };
  }

  @Answers(FindImage)
  async findImage(ask: AskOf<typeof FindImage>): Promise<AnswerOf<typeof FindImage>> {
    const key = keyOf(ask);
    const entries = await this.repositories.entriesNaming(key, ask.digest, ask.tag);
    const [newest] = entries;
    if (!newest) return { streamExists: (await this.streams.head(key)) !== undefined, origins: [] };
    const dockerImageReference = exactReference(withDigest(parseImageReference(newest.reference), ask.digest));
    const place = { dockerImageReference, insecure: newest.insecure };
    return { streamExists: true, place, origins: imageOrigins(key, entries) };
  }

  @Answers(ListKnownImages)
  async listKnownImages({ digests }: AskOf<typeof ListKnownImages>): Promise<AnswerOf<typeof ListKnownImages>> {
    return { known: [...(await this.images.known(digests))] };
  }

  @Answers(ListTakenImages)
  async listTakenImages(ask: AskOf<typeof ListTakenImages>): Promise<AnswerOf<typeof ListTakenImages>> {
    return { taken: await this.repositories.taken(keyOf(ask), ask.digests) };
  }

  @Answers(ListTags)
  async listTags(ask: AskOf<typeof ListTags>): Promise<AnswerOf<typeof ListTags>> {
    const tags = await this.repositories.tags(keyOf(ask), ask.after, ask.limit);
    return { streamExists: tags !== undefined, tags: tags ?? [] };
  }

  @Answers(ListRepositories)
  async listRepositories({
    namespaces,
    after,
    limit,
  }: AskOf<typeof ListRepositories>): Promise<AnswerOf<typeof ListRepositories>> {
    return { repositories: await this.repositories.repositories(namespaces, after, limit) };
  }

  @Answers(ListSources)
  async listSources(ask: AskOf<typeof ListSources>): Promise<AnswerOf<typeof ListSources>> {
    const { internal, public: outside } = this.names.hosts;
    const ownHosts = new Set([internal, outside].filter((host) => host !== undefined));
    return { sources: imageSources(await this.repositories.places(keyOf(ask)), ownHosts) };
  }

  @Answers(RemoveImage)
  async removeImage(ask: AskOf<typeof RemoveImage>): Promise<AnswerOf<typeof RemoveImage>> {
    return { removed: await this.removal.remove(keyOf(ask), ask.image, ask.by) };
  }
}

function keyOf({ namespace, stream }: { namespace: string; stream: string }): StreamName {
  return { namespace, name: stream };
}
