import type { KubeObject } from '@faktorz/apimachinery';
import type { Open, Workload } from '../pod/pod-spec.js';
import type { ObjectReference } from './object-reference.js';

export interface EnvVar extends Open {
  name?: string;
  value?: string;
}

/** One of `sourceStrategy`, `dockerStrategy`, `customStrategy`, `jenkinsPipelineStrategy`. */
export interface StrategyPart extends Open {
  from?: ObjectReference;
  env?: EnvVar[];
  buildArgs?: EnvVar[];
}

export interface BuildStrategy extends Open {
  type?: string;
  sourceStrategy?: StrategyPart;
  dockerStrategy?: StrategyPart;
  customStrategy?: StrategyPart;
  jenkinsPipelineStrategy?: StrategyPart;
}

export interface BuildSource extends Open {
  type?: string;
  binary?: { asFile?: string };
  images?: ({ from?: ObjectReference } & Open)[];
}

export interface BuildCause extends Open {
  message?: string;
  imageChangeBuild?: { imageID?: string; fromRef?: ObjectReference };
}

export interface BuildSpec extends Open {
  serviceAccount?: string;
  source?: BuildSource;
  strategy?: BuildStrategy;
  triggeredBy?: BuildCause[];
}

export interface ImageChangeTrigger {
  from?: ObjectReference;
  paused?: boolean;
  /** As servers before 4.8 kept it; still heeded. */
  lastTriggeredImageID?: string;
}

/** What a trigger has started a build for: the pull spec of the image, whatever the name says. */
export interface TriggerStatus {
  from?: { namespace?: string; name?: string };
  lastTriggeredImageID?: string;
  lastTriggerTime?: string;
}

export interface BuildConfig extends Workload {
  spec?: BuildSpec & { triggers?: { type?: string; imageChange?: ImageChangeTrigger }[]; runPolicy?: string };
  status?: Open & { lastVersion?: number; imageChangeTriggers?: TriggerStatus[] };
}

export interface Build extends Workload {
  spec?: BuildSpec;
}

/** Asks for a build of a build config, or for one like another build. */
export interface BuildRequest extends KubeObject {
  revision?: Open;
  triggeredByImage?: ObjectReference;
  from?: ObjectReference;
  binary?: { asFile?: string };
  /** The build is refused when the config has come further. */
  lastVersion?: number;
  env?: EnvVar[];
  triggeredBy?: BuildCause[];
  dockerStrategyOptions?: { buildArgs?: EnvVar[]; noCache?: boolean };
  sourceStrategyOptions?: { incremental?: boolean };
}
