import type { KubeObject } from '@faktorz/apimachinery';
import type { PruneCounts } from '@faktorz/image-prune';

export const PRUNER_GROUP = 'imageregistry.operator.openshift.io';
export const PRUNER_VERSION = 'v1';
export const PRUNER_API_VERSION = `${PRUNER_GROUP}/${PRUNER_VERSION}`;
export const IMAGE_PRUNERS = 'imagepruners';
/** There is one, of this name. */
export const THE_PRUNER = 'cluster';

/** When what prune run begins. Of no namespace. */
export interface ImagePruner extends KubeObject {
  spec: {
    /** Five fields of cron in UTC, or a word such as `@daily`; empty: `0 0 * * *`. */
    schedule?: string;
    suspend?: boolean;
    keepTagRevisions?: number;
    /** Nanoseconds; counts where `keepYoungerThanDuration` is absent. */
    keepYoungerThan?: number;
    /** Such as `60m`. */
    keepYoungerThanDuration?: string;
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    ignoreInvalidImageReferences?: boolean;
    logLevel?: string;
    /** Of a job's pod, as OpenShift has them. Kept, and of no effect: no pod is started. */
    resources?: object;
    affinity?: object;
    nodeSelector?: Record<string, string>;
    tolerations?: object[];
  };
  status?: ImagePrunerStatus;
}

export interface ImagePrunerStatus {
  observedGeneration?: number;
  conditions?: PrunerCondition[];
  /** Absent while suspended. */
  nextScheduleTime?: string;
  /** Newest first. */
  history?: PruneOutcome[];
}

export interface PrunerCondition {
  type: 'Available' | 'Scheduled' | 'Failed';
  status: 'True' | 'False';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

/** What came of one run. */
export interface PruneOutcome {
  startTime: string;
  completionTime: string;
  result: 'Succeeded' | 'Failed';
  message: string;
  deleted: PruneCounts;
  /** The first of them. */
  failures?: string[];
}

export function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
