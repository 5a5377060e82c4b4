import { ListKnownImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { KnownImages } from '../collection/known-images.js';

const TIMEOUT_MS = 5000;

/** The images that tag-tracker has. */
@Injectable()
export class TrackedImages extends KnownImages {
  constructor(private readonly requests: Requests) {
    super();
  }

  async among(digests: readonly string[]): Promise<ReadonlySet<string>> {
    const { known } = await this.requests.ask(ListKnownImages, { digests: [...digests] }, { timeoutMs: TIMEOUT_MS });
    return new Set(known);
  }
}
