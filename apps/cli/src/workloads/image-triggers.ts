import type { KubeObject } from '../client/kube-object.js';
import { readAnnotation, writeAnnotation } from './annotation-triggers.js';
import { readBuildTriggers, writeBuildTriggers } from './build-config-triggers.js';
import { readConfigTriggers, writeConfigTriggers } from './deployment-config-triggers.js';
import { templatePath } from './pod-template.js';
import type { Triggers } from './triggers.types.js';

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
