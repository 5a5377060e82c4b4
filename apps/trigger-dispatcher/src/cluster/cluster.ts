import type { KubeObject } from '@faktorz/apimachinery';

export const TRIGGERS_GROUP = 'triggers.faktorz.io';
export const TRIGGERS_VERSION = 'v1';
export const TRIGGERS_API_VERSION = `${TRIGGERS_GROUP}/${TRIGGERS_VERSION}`;
export const CLUSTERS = 'clusters';
/** Where a kubeconfig stands in its Secret unless the Cluster says otherwise. */
export const KUBECONFIG_KEY = 'kubeconfig';

/** What our own store is called where a cluster is named, in events and reports. */
export const OWN_STORE_NAME = 'local';

/** A Kubernetes cluster whose objects follow tags of ours. Of no namespace. */
export interface Cluster extends KubeObject {
  spec: {
    /** The Secret with the kubeconfig; absent with `inCluster`. */
    kubeconfigSecret?: { namespace: string; name: string; key?: string };
    /** Which context of the kubeconfig; default: its current one. */
    context?: string;
    /** True: the cluster this service runs in, as its own service account. */
    inCluster?: boolean;
    /** Only objects of these namespaces; empty: all. */
    namespaces?: string[];
    /** Only these, such as `deployments.apps`; empty: all that can have triggers. */
    resources?: string[];
    /** `host[:port]` by which the cluster's nodes reach our registry. */
    registryHost?: string;
    suspend?: boolean;
  };
  status?: ClusterStatus;
}

export interface ClusterStatus {
  conditions?: ClusterCondition[];
  /** When the cluster last answered, to the minute. */
  lastContactTime?: string;
  /** Base URL of its API. */
  server?: string;
  /** Resources whose objects are watched. */
  kinds?: string[];
}

export interface ClusterCondition {
  type: 'Ready' | 'TLSVerified';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

/** The conditions with one of them replaced; its time stays while its status does. */
export function withCondition(
  conditions: readonly ClusterCondition[],
  next: Omit<ClusterCondition, 'lastTransitionTime'>,
  now: Date,
): ClusterCondition[] {
  const known = conditions.find(({ type }) => type === next.type);
  const isSame = known?.status === next.status;
  const lastTransitionTime = isSame ? known.lastTransitionTime : timeText(now);
  return [...conditions.filter((condition) => condition !== known), { ...next, lastTransitionTime }].sort((a, b) =>
    a.type < b.type ? -1 : 1,
  );
}

export function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
