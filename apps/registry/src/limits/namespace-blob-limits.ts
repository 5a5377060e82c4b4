import { imageSizeProblem } from '@faktorz/domain';
import { NamespaceLimits } from '@faktorz/namespaces';
import { Injectable } from '@nestjs/common';
import { OciError } from '../oci/oci-error.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { BlobLimits } from './blob-limits.js';

/** One blob may be as large as a whole image by the namespace's limit ranges. */
@Injectable()
export class NamespaceBlobLimits extends BlobLimits {
  constructor(private readonly namespaces: NamespaceLimits) {
    super();
  }

  async check({ namespace }: RepositoryName, sizeBytes: number): Promise<void> {
    const problem = imageSizeProblem(sizeBytes, await this.namespaces.of(namespace));
    if (problem === undefined) return;
    throw new OciError('DENIED', 'requested access to the resource is denied', { detail: problem });
  }
}
