import { type AnswerOf, ResolveImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import type { TagName } from '../openshift/object-reference.js';

/** What tags pointed at when they were asked for. */
export interface ResolvedTags {
  /** Where the tag's image is pulled from; undefined for one that points nowhere. */
  pullSpec(tag: TagName): string | undefined;
  /** Where all images of the tag's stream can be pulled from; empty or undefined when there is no such place. */
  repository(tag: TagName): string | undefined;
}

/** What tags point at, asked of tag-tracker: what rollouts and builds are made of. */
@Injectable()
export class PullSpecs {
  constructor(private readonly requests: Requests) {}

  /** Throws ServiceUnavailable or Timeout when tag-tracker does not answer. */
  async of(tags: readonly TagName[]): Promise<ResolvedTags> {
    const found = new Map<string, AnswerOf<typeof ResolveImages>['images'][number]>();
    const namespaces = new Set(tags.map(({ namespace }) => namespace));
    await Promise.all(
      [...namespaces].map(async (namespace) => {
        const images = tags.filter((tag) => tag.namespace === namespace).map(({ stream, tag }) => ({ stream, tag }));
        const answer = await this.requests.ask(ResolveImages, { namespace, images });
        for (const image of answer.images) found.set(keyOf({ namespace, ...image }), image);
      }),
    );
    return {
      pullSpec: (tag) => found.get(keyOf(tag))?.pullSpec,
      repository: (tag) => found.get(keyOf(tag))?.repository,
    };
  }
}

function keyOf({ namespace, stream, tag }: TagName): string {
  return `${namespace}/${stream}:${tag}`;
}
