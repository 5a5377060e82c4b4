import { type AnswerOf, type AskOf, ResolveImages } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { ChangeLog } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

/** What trigger-dispatcher asks of tag-tracker, answered from what a test sets. */
@Injectable()
export class TagDesk {
  /** Images by `stream:tag`. */
  readonly images = new Map<string, string>();

  constructor(private readonly log: ChangeLog) {}

  @Answers(ResolveImages)
  async resolve({ images }: AskOf<typeof ResolveImages>): Promise<AnswerOf<typeof ResolveImages>> {
    const { head } = await this.log.eventBounds();
    return {
      position: String(head),
      images: images.map(({ stream, tag }) => {
        const pullSpec = this.images.get(`${stream}:${tag}`);
        return { stream, tag, isLocal: false, repository: '', ...(pullSpec !== undefined && { pullSpec }) };
      }),
    };
  }
}
