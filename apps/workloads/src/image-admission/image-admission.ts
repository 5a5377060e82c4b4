import { invalid } from '@faktorz/apimachinery';
import { IMAGE_PROHIBITED, lookUpImages, resolvesNames, ResolveImages, ReviewImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import type { WorkloadKind } from '../kind/workload-kind.js';
import type { Workload } from '../pod/pod-spec.js';
import { admissionSubject, imagesToRun } from './admitted-images.js';

/**
 * What happens to the images of an object that is made or changed: those that may not be run are refused, and names of
 * tags are replaced by the images they point at.
 */
@Injectable()
export class ImageAdmission {
  constructor(private readonly requests: Requests) {}

  /**
   * Throws Invalid for an image that may not be run; ServiceUnavailable or Timeout when tag-tracker does not answer, since
   * the object must not run another image.
   */
  async admit(kind: WorkloadKind, object: Workload, old?: Workload): Promise<void> {
    if (kind.looksUp === 'never' || (old && kind.looksUp === 'when made')) return;
    await this.review(kind, object, old);
    const { namespace = '' } = object.metadata;
    await lookUpImages(admissionSubject(kind, object), old && admissionSubject(kind, old), async (images) => {
      const answer = await this.requests.ask(ResolveImages, { namespace, images });
      return answer.images;
    });
  }

  private async review(kind: WorkloadKind, object: Workload, old: Workload | undefined): Promise<void> {
    const fields = imagesToRun(kind, object, old);
    if (fields.length === 0) return;
    const { namespace = '', name } = object.metadata;
    const { prohibited } = await this.requests.ask(ReviewImages, {
      namespace,
      resolvesAllNames: resolvesNames(object, kind.template?.(object)),
      images: fields.map(({ reference }) => ({ kind: '', namespace: '', name: '', ...reference })),
    });
    if (prohibited.length === 0) return;
    const errors = prohibited.map((place) => ({
      field: fields[place]?.field ?? '',
      type: 'Forbidden' as const,
      detail: IMAGE_PROHIBITED,
    }));
    throw invalid(kind.kind, kind.group, name, errors);
  }
}
