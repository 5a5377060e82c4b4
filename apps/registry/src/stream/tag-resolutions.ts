import { TimedCache } from '@faktorz/access';
import { type AnswerOf, type AskOf, ResolveTag, StreamDeleted, TagDeleted, TagUpdated } from '@faktorz/domain';
import { type ConsumedEvent, type EphemeralSubscription, Requests, Subscriptions } from '@faktorz/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { RepositoryName } from '../oci/repository-name.js';

type Question = AskOf<typeof ResolveTag>;
type Resolution = AnswerOf<typeof ResolveTag>;

/** Every change of a tag's image is told; this bounds what a change that is not (of a history alone) can do. */
const BELIEVED_FOR_MS = 10_000;
const REFRESH_AFTER_MS = 5_000;
const TAGS_KEPT = 50_000;

/**
 * What tags stand for, as tag-tracker says. An answer is believed until tag-tracker tells that the tag moved, and only
 * while it is known that nothing it told was missed (its head was confirmed within a second); otherwise it is asked anew.
 */
@Injectable()
export class TagResolutions implements OnApplicationBootstrap {
  private readonly known: TimedCache<Question, Resolution>;
  private subscription: EphemeralSubscription | undefined;

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly requests: Requests,
  ) {
    this.known = new TimedCache<Question, Resolution>({
      maxAgeMs: BELIEVED_FOR_MS,
      refreshAfterMs: REFRESH_AFTER_MS,
      maxEntries: TAGS_KEPT,
      load: (question) => this.requests.ask(ResolveTag, question),
      keeps: ({ image }) => image !== undefined,
    });
  }

  onApplicationBootstrap(): void {
    this.subscription = this.subscriptions.subscribe('tag-tracker', {
      onEvent: (event) => this.hear(event),
      onReset: () => this.known.clear(),
    });
  }

  /** Hot path: costs a look into a map for a tag that was asked for before. */
  resolve(repository: RepositoryName, tag: string): Promise<Resolution> {
    const question = { ...repository, tag };
    const id = idOf(repository, tag);
    if (!this.subscription?.isFresh()) return this.requests.ask(ResolveTag, question);
    const known = this.known.peek(id, question);
    return known ? Promise.resolve(known) : this.known.get(id, question);
  }

  /** After a write of this process's own: its client may ask at once, and must not meet what was before. */
  forgetStream(repository: RepositoryName): void {
    const prefix = idOf(repository, '');
    this.known.forget((id) => id.startsWith(prefix));
  }

  private hear(event: ConsumedEvent): void {
    const { namespace, stream, tag } = event.data as { namespace: string; stream: string; tag: string };
    if (event.type === StreamDeleted.type) this.forgetStream({ namespace, stream });
    if (event.type === TagUpdated.type || event.type === TagDeleted.type)
      this.known.forgetOne(idOf({ namespace, stream }, tag));
  }
}

function idOf({ namespace, stream }: RepositoryName, tag: string): string {
  return `${namespace}/${stream}:${tag}`;
}
