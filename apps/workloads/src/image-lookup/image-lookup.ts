import { lookUpImages, ResolveImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import type { WorkloadKind } from '../kind/workload-kind.js';
import type { Workload } from '../pod/pod-spec.js';

/** Replaces names of tags by the images they point at, when an object is made or changed. */
@Injectable()
export class ImageLookup {
  constructor(private readonly requests: Requests) {}

  /** Throws ServiceUnavailable or Timeout when tag-tracker does not answer: the object must not run another image. */
  async admit(kind: WorkloadKind, object: Workload, old?: Workload): Promise<void> {
    if (kind.looksUp === 'never' || (old && kind.looksUp === 'when made')) return;
    const namespace = object.metadata.namespace ?? '';
    const subject = { object, template: kind.template?.(object) };
    const before = old && { object: old, template: kind.template?.(old) };
    await lookUpImages(subject, before, async (images) => {
      const answer = await this.requests.ask(ResolveImages, { namespace, images });
      return answer.images;
    });
  }
}
