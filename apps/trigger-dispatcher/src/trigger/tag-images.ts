import { Injectable } from '@nestjs/common';
import { ResolveImages, TagUpdated } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Database } from '@faktorz/persistence';
import { forgetUntil, noteAnswer } from '../ledger/record-changes.js';
import { partsOfTag } from '../ledger/trigger-record.js';
import { tagName } from './named-tags.js';
import type { TagChange } from './tag-change.js';

/** What a tag points at now, as tag-tracker says; without `image` it points at nothing. */
export type TagNow = Omit<TagChange, 'image'> & { image?: string };

/** Tags that are asked for together. */
interface Question {
  tags: Set<string>;
  answer: Promise<ReadonlyMap<string, TagNow>>;
}

/**
 * Asks tag-tracker for tags of which no change has come yet (they were last moved before this service began, or before events
 * that it never got), and for those of which newer changes may be on their way.
 */
@Injectable()
export class TagImages {
  private underWay: Promise<unknown> = Promise.resolve();
  private next: Question | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly database: Database,
  ) {}

  /** Remembers what these tags point at now; false when none of them points at anything. */
  async learn(tags: readonly string[]): Promise<boolean> {
    if (tags.length === 0) return false;
    const found = [...(await this.ask(tags)).values()].filter(({ image }) => image !== undefined);
    await this.remember(found);
    return found.length > 0;
  }

  /**
   * What these tags point at, by name: never older than the call. Questions that come while another is under way are asked
   * together, after it.
   */
  async ask(tags: readonly string[]): Promise<ReadonlyMap<string, TagNow>> {
    const question = (this.next ??= this.askAfter(this.underWay));
    for (const tag of tags) question.tags.add(tag);
    const answer = await question.answer;
    return new Map(tags.flatMap((tag) => (answer.has(tag) ? [[tag, answer.get(tag)!]] : [])));
  }

  /** Has all been heard that tag-tracker had told by the time of these answers? */
  async areTold(answers: readonly TagNow[]): Promise<boolean> {
    const positions = answers.map(({ position }) => position);
    const [row] = await this.database.query<{ are_told: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM unnest($1::bigint[]) AS answer (position)
        WHERE position > ALL (SELECT position FROM consumer_cursor WHERE service = $2 AND owner = $3)) AS are_told`,
      [positions, 'trigger-dispatcher', TagUpdated.owner],
    );
    return row?.are_told ?? true;
  }

  /** Remembers what was answered, unless what is known by now is newer. */
  async remember(answers: readonly TagNow[]): Promise<void> {
    for (const { image, ...tag } of answers) {
      const { text, values } = image === undefined ? forgetUntil(tag) : noteAnswer({ ...tag, image });
      await this.database.query(text, values);
    }
  }

  private askAfter(underWay: Promise<unknown>): Question {
    const tags = new Set<string>();
    const answer = underWay.then(() => {
      this.next = undefined;
      return this.newest([...tags]);
    });
    this.underWay = answer.catch(() => undefined);
    return { tags, answer };
  }

  private async newest(tags: readonly string[]): Promise<ReadonlyMap<string, TagNow>> {
    const byNamespace = new Map<string, { stream: string; tag: string }[]>();
    for (const { namespace, stream, tag } of tags.map(partsOfTag)) {
      const others = byNamespace.get(namespace) ?? [];
      byNamespace.set(namespace, [...others, { stream, tag }]);
    }
    const time = new Date().toISOString();
    const answers = await Promise.all(
      [...byNamespace].map(async ([namespace, images]) => {
        const { images: found, position = '0' } = await this.requests.ask(ResolveImages, { namespace, images });
        const byTag = new Map(found.map(({ stream, tag, pullSpec }) => [`${stream}:${tag}`, pullSpec]));
        return images.map(({ stream, tag }): TagNow => {
          const image = byTag.get(`${stream}:${tag}`);
          return { tag: tagName({ namespace, stream, tag }), position, time, ...(image !== undefined && { image }) };
        });
      }),
    );
    return new Map(answers.flat().map((answer) => [answer.tag, answer]));
  }
}
