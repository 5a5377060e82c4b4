import { TimedCache } from '@faktorz/access';
import { type AnswerOf, type AskOf, FindImage } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';

type Question = AskOf<typeof FindImage>;
type Found = AnswerOf<typeof FindImage>;

/** An image may be pruned or taken out of a stream: that is noticed within this time. */
const BELIEVED_FOR_MS = 1000;
const REFRESH_AFTER_MS = 500;
const IMAGES_KEPT = 50_000;

/** Which images are in a stream's history, and where they came from. */
@Injectable()
export class ImagePlaces {
  private readonly known: TimedCache<Question, Found>;

  constructor(private readonly requests: Requests) {
    this.known = new TimedCache<Question, Found>({
      maxAgeMs: BELIEVED_FOR_MS,
      refreshAfterMs: REFRESH_AFTER_MS,
      maxEntries: IMAGES_KEPT,
      load: (question) => this.requests.ask(FindImage, question),
      keeps: ({ place }) => place !== undefined,
    });
  }

  /**
   * Where the image of this digest is; `place` is absent when neither the stream's history nor a list in it names it.
   * Tags may have the same image from different places: `tag` is the one that is asked for, else the newest counts.
   */
  find(repository: RepositoryName, digest: string, tag?: string): Promise<Found> {
    const id = `${nameOf(repository)}@${digest}${tag === undefined ? '' : `:${tag}`}`;
    return this.known.get(id, { ...repository, digest, ...(tag !== undefined && { tag }) });
  }

  forgetStream(repository: RepositoryName): void {
    const prefix = `${nameOf(repository)}@`;
    this.known.forget((id) => id.startsWith(prefix));
  }
}
