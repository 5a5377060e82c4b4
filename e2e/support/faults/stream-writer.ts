import { setTimeout as sleep } from 'node:timers/promises';
import { history, IMAGE_API, type StreamView, streamPath } from '../image-streams.js';
import { type ImagePool, POOL_STREAM, type PoolImage } from './image-pool.js';
import type { PatientClient } from './patient-client.js';
import type { Random } from './random.js';
import { GONE, type TagOperation } from './tag-operation.js';

/** Ways to move a tag; each has a tag of its own. */
export type Way = 'direct' | 'imported' | 'background';

/** What a writer does, and how often in relation to the others. */
export interface Habits {
  direct: number;
  imported: number;
  background: number;
  deleteTag: number;
  deleteStream: number;
  /** Milliseconds between two operations, at random between both. */
  pauseMs: readonly [number, number];
  /** Put at the end of its tags' names, so that several can write to one stream. */
  suffix?: string;
}

interface ImportAnswer {
  status: { images?: { status: { status?: string; message?: string } }[]; import?: StreamView };
}

/** No image comes back before so many others were on the tag. */
const RECENT = 8;

/**
 * The only writer of its tags in a stream: it moves them in every way there is, takes them and the stream away and makes them again,
 * and writes down what it did. It goes on to the next operation only once the last was acknowledged.
 */
export class StreamWriter {
  readonly operations: TagOperation[] = [];
  /** Answers that should not have come. */
  readonly problems: string[] = [];
  private readonly recent = new Map<string, string[]>();
  private aliasIsThere = false;

  constructor(
    private readonly client: PatientClient,
    private readonly pool: ImagePool,
    private readonly random: Random,
    private readonly habits: Habits,
    readonly namespace: string,
    readonly stream: string,
  ) {}

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.step();
      } catch (error) {
        this.problems.push(`${this.stream}: ${(error as Error).message}`);
        return;
      }
      await sleep(this.random.between(...this.habits.pauseMs), undefined, { signal }).catch(() => undefined);
    }
  }

  operationsOn(tag: string): TagOperation[] {
    return this.operations.filter((operation) => operation.tag === tag);
  }

  /** Names of all tags it ever touched. */
  get tags(): string[] {
    return [...new Set(this.operations.map(({ tag }) => tag))];
  }

  private async step(): Promise<void> {
    switch (this.choose()) {
      case 'direct':
        await this.moveDirectly();
        return this.aliasIsThere || this.habits.suffix !== undefined ? undefined : this.makeAlias();
      case 'imported':
        return this.import();
      case 'background':
        return this.importInBackground();
      case 'deleteTag':
        return this.deleteTag(this.tag(this.random.pick<Way>(['direct', 'imported', 'background'])));
      case 'deleteStream':
        return this.deleteStream();
    }
  }

  private choose(): keyof Omit<Habits, 'pauseMs' | 'suffix'> {
    const { direct, imported, background, deleteTag, deleteStream } = this.habits;
    const weights = Object.entries({ direct, imported, background, deleteTag, deleteStream });
    let at = this.random.between(
      0,
      weights.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [name, weight] of weights) {
      at -= weight;
      if (at < 0) return name as keyof Omit<Habits, 'pauseMs' | 'suffix'>;
    }
    return 'direct';
  }

  /** The tag names an image of another stream by digest: it points there at once. */
  private async moveDirectly(): Promise<void> {
    const tag = this.tag('direct');
    const image = this.nextImage(tag);
    const from = { kind: 'ImageStreamImage', name: `${POOL_STREAM}@${image.digest}` };
    const operation = this.note(tag, image.digest);
    const followed = this.aliasIsThere ? this.note('alias', image.digest) : undefined;
    await this.putTag(tag, from, operation, followed);
  }

  private async makeAlias(): Promise<void> {
    const operation = this.note('alias', this.operationsOn(this.tag('direct')).at(-1)?.effect ?? GONE);
    await this.putTag('alias', { kind: 'ImageStreamTag', name: `${this.stream}:${this.tag('direct')}` }, operation);
    this.aliasIsThere = true;
  }

  /** The tag names an outside image: the importer fetches it in its own time. */
  private async importInBackground(): Promise<void> {
    const tag = this.tag('background');
    const image = this.nextImage(tag);
    await this.putTag(tag, { kind: 'DockerImage', name: image.pullSpec }, this.note(tag, image.digest, true));
  }

  /** An import request: fetched and applied before the answer. */
  private async import(): Promise<void> {
    const tag = this.tag('imported');
    const image = this.nextImage(tag);
    const operation = this.note(tag, image.digest);
    const path = `${IMAGE_API}/namespaces/${this.namespace}/imagestreamimports`;
    const from = { kind: 'DockerImage', name: image.pullSpec };
    const images = [{ from, to: { name: tag }, importPolicy: { insecure: true } }];
    const answer = await this.client.expect<ImportAnswer>([201], 'POST', path, {
      kind: 'ImageStreamImport',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: this.stream },
      spec: { import: true, images },
    });
    operation.unanswered += answer.unanswered;
    const status = answer.body.status.images?.[0]?.status;
    if (status?.status !== 'Success') throw new Error(`import of ${image.pullSpec}: ${JSON.stringify(status)}`);
    const [newest] = history(answer.body.status.import, tag);
    if (newest !== image.digest)
      throw new Error(`import of ${image.digest} was answered with ${this.stream}:${tag} at ${newest}`);
  }

  private async deleteTag(tag: string): Promise<void> {
    const operation = this.note(tag, GONE);
    const { unanswered } = await this.client.expect([200, 404], 'DELETE', this.tagPath(tag));
    operation.unanswered += unanswered;
  }

  private async deleteStream(): Promise<void> {
    const operations = this.tags.map((tag) => this.note(tag, GONE));
    this.aliasIsThere = false;
    const { unanswered } = await this.client.expect([200, 404], 'DELETE', streamPath(this.namespace, this.stream));
    for (const operation of operations) operation.unanswered += unanswered;
  }

  private async putTag(
    tag: string,
    from: { kind: string; name: string },
    ...operations: (TagOperation | undefined)[]
  ): Promise<void> {
    const { unanswered } = await this.client.expect([200, 201], 'PUT', this.tagPath(tag), {
      kind: 'ImageStreamTag',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: `${this.stream}:${tag}`, namespace: this.namespace },
      tag: { name: tag, from, importPolicy: { insecure: true } },
    });
    for (const operation of operations) if (operation) operation.unanswered += unanswered;
  }

  private tagPath(tag: string): string {
    return `${IMAGE_API}/namespaces/${this.namespace}/imagestreamtags/${this.stream}:${tag}`;
  }

  private tag(way: Way): string {
    return `${way}${this.habits.suffix ?? ''}`;
  }

  private nextImage(tag: string): PoolImage {
    const recent = this.recent.get(tag) ?? [];
    const image = this.pool.other(this.random, recent);
    this.recent.set(tag, [...recent, image.digest].slice(-RECENT));
    return image;
  }

  /** Noted before it is sent: it may have its effect before it is answered. */
  private note(tag: string, effect: string, mayBeOvertaken = false): TagOperation {
    const operation = { tag, effect, mayBeOvertaken, unanswered: 0 };
    this.operations.push(operation);
    return operation;
  }
}
