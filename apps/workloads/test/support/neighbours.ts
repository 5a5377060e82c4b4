import {
  type AnswerOf,
  type AskOf,
  type IdentityKey,
  ListIdentityKeys,
  NamespaceTerminating,
  ReadNamespace,
  RegisterIdentityKey,
  ReportNamespaceEmptied,
  ResolveImages,
  ReviewImages,
} from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { ChangeLog } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

/** What workloads asks of auth, answered from lists a test fills. */
@Injectable()
export class AuthDesk {
  readonly namespaces = new Map<string, 'Active' | 'Terminating'>([['team', 'Active']]);
  readonly emptied: string[] = [];
  private readonly keys = new Map<string, IdentityKey>();

  constructor(private readonly log: ChangeLog) {}

  @Answers(RegisterIdentityKey)
  register(key: AskOf<typeof RegisterIdentityKey>): AnswerOf<typeof RegisterIdentityKey> {
    this.keys.set(key.kid, { ...key, speaksForCallers: false });
    return {};
  }

  @Answers(ListIdentityKeys)
  listKeys(): AnswerOf<typeof ListIdentityKeys> {
    return { keys: [...this.keys.values()] };
  }

  @Answers(ReadNamespace)
  readNamespace({ name }: AskOf<typeof ReadNamespace>): AnswerOf<typeof ReadNamespace> {
    const phase = this.namespaces.get(name);
    return phase ? { uid: `${name}-1`, phase } : {};
  }

  @Answers(ReportNamespaceEmptied)
  reportEmptied({ name }: AskOf<typeof ReportNamespaceEmptied>): AnswerOf<typeof ReportNamespaceEmptied> {
    this.emptied.push(name);
    return {};
  }

  /** Tells that a namespace is going away. */
  async terminate(namespace: string): Promise<void> {
    this.namespaces.set(namespace, 'Terminating');
    const data = { namespace, uid: `${namespace}-1` };
    await this.log.transaction(async (tx) => {
      tx.publish({ definition: NamespaceTerminating, subject: namespace, namespace, stream: '', data });
    });
  }
}

type Stream = Omit<AnswerOf<typeof ResolveImages>['images'][number], 'stream' | 'tag' | 'image' | 'pullSpec'> & {
  tags: Record<string, string>;
};

/** What workloads asks of tag-tracker. */
@Injectable()
export class TagDesk {
  /** Streams of the namespace `team` by name. */
  readonly streams = new Map<string, Stream>();
  readonly asked: AskOf<typeof ResolveImages>[] = [];

  @Answers(ResolveImages)
  resolve(ask: AskOf<typeof ResolveImages>): AnswerOf<typeof ResolveImages> {
    this.asked.push(ask);
    return {
      images: ask.images.flatMap(({ stream, tag }) => {
        const found = ask.namespace === 'team' ? this.streams.get(stream) : undefined;
        if (!found) return [];
        const { tags, ...rest } = found;
        const image = tags[tag];
        return [{ stream, tag, ...rest, ...(image !== undefined && { image, pullSpec: image }) }];
      }),
    };
  }

  /** Whatever is called a virus may not be run. */
  @Answers(ReviewImages)
  review({ images }: AskOf<typeof ReviewImages>): AnswerOf<typeof ReviewImages> {
    return { prohibited: images.flatMap(({ name }, place) => (name.includes('virus') ? [place] : [])) };
  }
}
