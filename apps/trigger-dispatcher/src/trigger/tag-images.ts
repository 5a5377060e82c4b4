import { Injectable } from '@nestjs/common';
import { ResolveImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Database } from '@faktorz/persistence';
import { noteNewest } from '../ledger/record-changes.js';
import { partsOfTag } from '../ledger/trigger-record.js';
import { tagName } from './named-tags.js';
import type { TagChange } from './tag-change.js';

/**
 * Asks tag-tracker for tags of which no change has come yet: those that were last moved before this service began, or before
 * events that it never got.
 */
@Injectable()
export class TagImages {
  constructor(
    private readonly requests: Requests,
    private readonly database: Database,
  ) {}

  /** Remembers what these tags point at now; false when none of them points at anything. */
  async learn(tags: readonly string[]): Promise<boolean> {
    if (tags.length === 0) return false;
    const found = await this.newest(tags);
    for (const { text, values } of found.map(noteNewest)) await this.database.query(text, values);
    return found.length > 0;
  }

  private async newest(tags: readonly string[]): Promise<TagChange[]> {
    const byNamespace = new Map<string, { stream: string; tag: string }[]>();
    for (const { namespace, stream, tag } of tags.map(partsOfTag)) {
      const others = byNamespace.get(namespace) ?? [];
      byNamespace.set(namespace, [...others, { stream, tag }]);
    }
    const time = new Date().toISOString();
    const answers = await Promise.all(
      [...byNamespace].map(async ([namespace, images]) => {
        const { images: found, position = '0' } = await this.requests.ask(ResolveImages, { namespace, images });
        return found.flatMap(({ stream, tag, pullSpec: image }): TagChange[] =>
          image === undefined ? [] : [{ tag: tagName({ namespace, stream, tag }), position, image, time }],
        );
      }),
    );
    return answers.flat();
  }
}
