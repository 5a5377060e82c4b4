import type { Open, PodTemplate, Workload } from '../pod/pod-spec.js';
import type { ObjectReference } from './object-reference.js';

export interface ImageChangeParams extends Open {
  automatic?: boolean;
  containerNames?: string[];
  from?: ObjectReference;
  /** Pull spec of the image the containers were last given. */
  lastTriggeredImage?: string;
}

export interface DeploymentTrigger extends Open {
  type?: string;
  imageChangeParams?: ImageChangeParams;
}

/** Why a rollout began. */
export interface RolloutCause {
  type: 'ConfigChange' | 'ImageChange' | 'Manual';
  imageTrigger?: { from: ObjectReference };
}

export interface DeploymentCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  lastUpdateTime?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export interface DeploymentConfigSpec extends Open {
  strategy?: { type?: string; rollingParams?: { maxUnavailable?: number | string } & Open } & Open;
  minReadySeconds?: number;
  triggers?: DeploymentTrigger[];
  replicas?: number;
  revisionHistoryLimit?: number;
  paused?: boolean;
  selector?: Record<string, string>;
  template?: PodTemplate;
}

export interface DeploymentConfigStatus extends Open {
  latestVersion?: number;
  observedGeneration?: number;
  details?: { message?: string; causes?: RolloutCause[] };
  conditions?: DeploymentCondition[];
}

export interface DeploymentConfig extends Workload {
  spec?: DeploymentConfigSpec;
  status?: DeploymentConfigStatus;
}

/** The image change triggers of a config, in its order. */
export function imageTriggersOf({ spec }: DeploymentConfig): ImageChangeParams[] {
  return (spec?.triggers ?? []).flatMap(({ type, imageChangeParams }) =>
    type === 'ImageChange' && imageChangeParams ? [imageChangeParams] : [],
  );
}

export function latestVersionOf({ status }: DeploymentConfig): number {
  return status?.latestVersion ?? 0;
}
