import type { KubeObject } from '@faktorz/apimachinery';
import { type AnswerOf, type AskOf, ReadImageLimits } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import type { DocumentStorage } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { imageLimitsOf } from './image-limits.js';

/** Limits for the services that keep them. */
@Injectable()
export class LimitRequests {
  constructor(private readonly storages: AuthStorages) {}

  @Answers(ReadImageLimits)
  async read({ namespace }: AskOf<typeof ReadImageLimits>): Promise<AnswerOf<typeof ReadImageLimits>> {
    const { limitRanges, resourceQuotas } = this.storages;
    const [ranges, quotas] = await Promise.all([allOf(limitRanges, namespace), allOf(resourceQuotas, namespace)]);
    return imageLimitsOf(ranges, quotas);
  }
}

async function allOf<T extends KubeObject>(storage: DocumentStorage<T>, namespace: string): Promise<T[]> {
  const { items } = await storage.list({ namespace });
  const objects: T[] = [];
  for await (const object of items) objects.push(object);
  return objects;
}
