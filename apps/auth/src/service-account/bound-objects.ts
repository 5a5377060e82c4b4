import { ReadPod } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';

/** Kinds of objects that a token can end with. */
export const BOUND_KINDS = ['Pod', 'Secret'] as const;
export type BoundKind = (typeof BOUND_KINDS)[number];

/** An object that a token ends with. */
export interface BoundObject {
  kind: BoundKind;
  name: string;
  uid: string;
}

export interface FoundObject {
  uid: string;
  /** Of a pod: whose account it runs as. */
  serviceAccountName?: string;
}

const ASK_TIMEOUT_MS = 2000;

/** The objects tokens are bound to: Secrets are ours, Pods are those of workloads. */
@Injectable()
export class BoundObjects {
  constructor(
    private readonly storages: AuthStorages,
    private readonly requests: Requests,
  ) {}

  /** Undefined when there is no such object, or when it is going. Throws ServiceUnavailable when the owner is away. */
  async find(kind: BoundKind, namespace: string, name: string): Promise<FoundObject | undefined> {
    if (kind === 'Pod') {
      const { uid, ...rest } = await this.requests.ask(ReadPod, { namespace, name }, { timeoutMs: ASK_TIMEOUT_MS });
      return uid === undefined ? undefined : { uid, ...rest };
    }
    const secret = await this.storages.secrets.get({ namespace, name });
    return secret && !secret.metadata.deletionTimestamp ? { uid: secret.metadata.uid! } : undefined;
  }
}
