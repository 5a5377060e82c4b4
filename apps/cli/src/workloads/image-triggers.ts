import type { KubeObject } from '../client/kube-object.js';
import { readAnnotation, writeAnnotation } from './annotation-triggers.js';
import { readBuildTriggers, writeBuildTriggers } from './build-config-triggers.js';
import { readConfigTriggers, writeConfigTriggers } from './deployment-config-triggers.js';
import { templatePath } from './pod-template.js';

export interface ImageTrigger {
  auto: boolean;
  /** `stream:tag`. */
  from: string;
  /** '' for the object's own. */
  namespace: string;
  /** Containers that get the image; none for a build. */
  names: string[];
}

/** A call from outside that starts a build. */
export interface WebHook {
  type: 'Generic' | 'GitHub' | 'GitLab' | 'Bitbucket';
  hook: { secret?: string; secretReference?: { name: string }; allowEnv?: boolean };
}

/** What updates an object by itself. */
export interface Triggers {
  /** Does a change of its configuration roll it out? */
  config: boolean;
  images: ImageTrigger[];
  webHooks: WebHook[];
}

/** How a kind keeps its triggers. */
interface Notation {
  read(object: KubeObject): Triggers;
  write(object: KubeObject, triggers: Triggers): KubeObject;
}

const annotation: Notation = { read: readAnnotation, write: writeAnnotation };
const NOTATIONS: Readonly<Record<string, Notation>> = {
  DeploymentConfig: { read: readConfigTriggers, write: writeConfigTriggers },
  BuildConfig: { read: readBuildTriggers, write: writeBuildTriggers },
};

/** Reads the triggers of an object; undefined for kinds that have none. */
export function readTriggers(object: KubeObject): Triggers | undefined {
  return notationOf(object)?.read(object);
}

/** A copy of the object with these triggers. Throws where its kind cannot have them, or they name no containers of it. */
export function writeTriggers(object: KubeObject, triggers: Triggers): KubeObject {
  return notationOf(object)?.write(object, triggers) ?? object;
}

function notationOf({ kind }: KubeObject): Notation | undefined {
  return NOTATIONS[kind ?? ''] ?? (templatePath(kind) ? annotation : undefined);
}
