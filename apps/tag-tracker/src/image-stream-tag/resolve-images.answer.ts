import { Injectable } from '@nestjs/common';
import {
  type AnswerOf,
  type AskOf,
  exactReference,
  parseImageReference,
  pullSpec,
  ResolveImages,
  withDigest,
} from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { ChangeLog } from '@faktorz/persistence';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { RepositoryNames } from '../image-stream/repository-names.js';

type Images = AnswerOf<typeof ResolveImages>['images'];

/** Tells owners of pod specs what the names of tags in them stand for. */
@Injectable()
export class ResolveImagesAnswer {
  constructor(
    private readonly log: ChangeLog,
    private readonly store: ImageStreamStore,
    private readonly names: RepositoryNames,
  ) {}

  @Answers(ResolveImages)
  async resolve({ namespace, images }: AskOf<typeof ResolveImages>): Promise<AnswerOf<typeof ResolveImages>> {
    const { head } = await this.log.eventBounds();
    const byStream = new Map<string, Set<string>>();
    for (const { stream, tag } of images) byStream.set(stream, (byStream.get(stream) ?? new Set()).add(tag));
    const found = await Promise.all([...byStream].map(([stream, tags]) => this.ofStream(namespace, stream, [...tags])));
    return { position: String(head), images: found.flat() };
  }

  private async ofStream(namespace: string, stream: string, tags: readonly string[]): Promise<Images> {
    const head = await this.store.head({ namespace, name: stream });
    if (!head) return [];
    const repository = this.names.internal(namespace, stream, head.repository);
    const states = new Map((await this.store.tags(head.uid, tags)).map((state) => [state.tag, state]));
    return tags.map((tag) => {
      const state = states.get(tag);
      const spec = pullSpec(state?.spec ?? undefined, state?.newest, repository);
      const image = imageOf(spec, state?.newest?.image);
      return {
        stream,
        tag,
        isLocal: head.localLookup,
        repository,
        ...(image !== undefined && { image }),
        ...(spec !== undefined && { pullSpec: spec }),
      };
    });
  }
}

/** The image by its digest; undefined for a tag that points at no image. */
function imageOf(spec: string | undefined, digest: string | undefined): string | undefined {
  return spec && digest ? exactReference(withDigest(parseImageReference(spec), digest)) : undefined;
}
