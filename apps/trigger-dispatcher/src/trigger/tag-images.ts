import { Injectable } from '@nestjs/common';
import { type AnswerOf, ResolveImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import type { ImageTrigger } from './trigger-annotation.js';
import { tagName } from './trigger-target.store.js';

/** What tags point at now, by `namespace/stream:tag`. */
@Injectable()
export class TagImages {
  constructor(private readonly requests: Requests) {}

  async of(triggers: readonly ImageTrigger[]): Promise<Map<string, string>> {
    const byNamespace = new Map<string, ImageTrigger[]>();
    for (const trigger of triggers) {
      const others = byNamespace.get(trigger.namespace);
      if (others) others.push(trigger);
      else byNamespace.set(trigger.namespace, [trigger]);
    }
    const answers = await Promise.all(
      [...byNamespace].map(async ([namespace, asked]) => {
        const images = asked.map(({ stream, tag }) => ({ stream, tag }));
        return named(namespace, await this.requests.ask(ResolveImages, { namespace, images }));
      }),
    );
    return new Map(answers.flat());
  }
}

function named(namespace: string, { images }: AnswerOf<typeof ResolveImages>): [string, string][] {
  return images.flatMap(({ stream, tag, pullSpec }): [string, string][] =>
    pullSpec === undefined ? [] : [[tagName({ namespace, stream, tag, fieldPath: '' }), pullSpec]],
  );
}
