import type { KubeObject } from '../client/kube-object.js';
import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import type { ReadObject } from '../resources/patch-objects.js';
import { changeRollouts, quotedName } from './change-rollouts.js';

const PAUSABLE = ['Deployment', 'DeploymentConfig'];

/** `rollout pause` and `rollout resume`. */
export function setPaused(call: Call, paused: boolean): Promise<void> {
  return changeRollouts(
    call,
    paused ? 'rollout pause' : 'rollout resume',
    (object, of) => pausedAs(object, of, paused),
    paused ? 'paused' : 'resumed',
  );
}

export function pausedAs(object: KubeObject, of: ReadObject, paused: boolean): KubeObject {
  if (!PAUSABLE.includes(object.kind ?? '')) {
    throw new CommandError(`${quotedName(of)} ${paused ? 'pausing' : 'resuming'} is not supported`);
  }
  const { paused: was = false, ...spec } = (object.spec ?? {}) as { paused?: boolean };
  if (was === paused) throw new CommandError(`${quotedName(of)} is ${paused ? 'already' : 'not'} paused`);
  return { ...object, spec: paused ? { ...spec, paused } : spec };
}
