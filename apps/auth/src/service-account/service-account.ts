import type { KubeObject } from '@faktorz/apimachinery';
import type { ObjectReference } from '../kube-event/kube-event.js';
import { newMetadata } from '../storage/new-object.js';

export interface ServiceAccount extends KubeObject {
  secrets?: ObjectReference[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
}

/** Accounts that every namespace has. */
const DEFAULT_ACCOUNTS: readonly string[] = ['builder', 'default', 'deployer'];

export function defaultAccounts(namespace: string): ServiceAccount[] {
  return DEFAULT_ACCOUNTS.map((name) => ({
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: newMetadata({ name, namespace }),
  }));
}
