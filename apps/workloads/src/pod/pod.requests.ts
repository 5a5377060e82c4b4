import { ReadPod, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { WorkloadStorages } from '../workload-storages.js';
import { pod } from './pod.js';

/** Pods for auth, whose tokens may end with one. */
@Injectable()
export class PodRequests {
  constructor(private readonly storages: WorkloadStorages) {}

  @Answers(ReadPod)
  async read({ namespace, name }: AskOf<typeof ReadPod>): Promise<AnswerOf<typeof ReadPod>> {
    const found = await this.storages.of(pod).get({ namespace, name });
    if (!found || found.metadata.deletionTimestamp) return {};
    const { serviceAccountName } = (found.spec ?? {}) as { serviceAccountName?: string };
    return { uid: found.metadata.uid, ...(serviceAccountName && { serviceAccountName }) };
  }
}
