import { Injectable } from '@nestjs/common';
import {
  type AnswerOf,
  type AskOf,
  deniesExecution,
  IGNORE_RULES_ANNOTATION,
  ignoresExecutionRule,
  meantImage,
  type MeantImage,
  ReadNamespace,
  ReviewImages,
} from '@faktorz/domain';
import { Answers, Requests } from '@faktorz/messaging';
import { ImageRepository } from '../image/image-repository.js';
import { ImageStreamStore } from '../image-stream/image-stream.store.js';
import { RepositoryNames } from '../image-stream/repository-names.js';

/** An image, and what the tag says of it by which it was found. */
interface Found {
  digest: string;
  annotations?: Readonly<Record<string, string>> | null;
}

/** Tells owners of pods and builds which images they may not run. */
@Injectable()
export class ReviewImagesAnswer {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly images: ImageRepository,
    private readonly names: RepositoryNames,
    private readonly requests: Requests,
  ) {}

  @Answers(ReviewImages)
  async review({
    namespace,
    resolvesAllNames,
    images,
  }: AskOf<typeof ReviewImages>): Promise<AnswerOf<typeof ReviewImages>> {
    const scope = { namespace, resolvesAllNames, internalHost: this.names.hosts.internal };
    const found = await Promise.all(images.map((image) => this.find(meantImage(image, scope))));
    const digests = new Set(found.flatMap((one) => (one ? [one.digest] : [])));
    const stored = await this.images.findAll([...digests]);
    const prohibited = found.flatMap((one, index) => {
      const image = one && stored.get(one.digest);
      return image && deniesExecution(image.metadata.annotations, one.annotations) ? [index] : [];
    });
    return { prohibited: prohibited.length > 0 && (await this.isSpared(namespace)) ? [] : prohibited };
  }

  private async find(meant: MeantImage | undefined): Promise<Found | undefined> {
    if (!meant || 'digest' in meant) return meant;
    const head = await this.store.head({ namespace: meant.namespace, name: meant.stream });
    if (!head || (meant.onlyIfLocal && !head.localLookup)) return undefined;
    const [state] = await this.store.tags(head.uid, [meant.tag]);
    return state?.newest?.image ? { digest: state.newest.image, annotations: state.spec?.annotations } : undefined;
  }

  private async isSpared(namespace: string): Promise<boolean> {
    const ask = { name: namespace, annotations: [IGNORE_RULES_ANNOTATION] };
    const { annotations } = await this.requests.ask(ReadNamespace, ask);
    return ignoresExecutionRule(annotations);
  }
}
