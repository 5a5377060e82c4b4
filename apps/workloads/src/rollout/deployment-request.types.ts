import type { KubeObject } from '@faktorz/apimachinery';

/** Asks for a rollout of a deployment config. */
export interface DeploymentRequest extends KubeObject {
  name?: string;
  /** Bring the images of triggers up to date first. */
  latest?: boolean;
  /** Roll out even if nothing has changed. */
  force?: boolean;
  excludeTriggers?: string[];
}
