import { CommandError } from '../errors.js';
import type { KubeObject } from '../client/kube-object.js';
import { containersOf } from './pod-template.js';
import type { Triggers, WebHook } from './triggers.types.js';

const HOOK_WORDS: Readonly<Record<WebHook['type'], string>> = {
  Generic: 'web hooks',
  GitHub: 'GitHub web hooks',
  GitLab: 'GitLab web hooks',
  Bitbucket: 'Bitbucket web hooks',
};

/** Throws when triggers name no containers, or some that are not there. */
export function checkContainers(object: KubeObject, { images }: Triggers): void {
  const known = containersOf(object).map(({ name }) => name);
  for (const { names } of images) {
    if (names.length === 0) throw new CommandError('you must specify --containers when setting --from-image');
    const missing = names.filter((name) => !known.includes(name)).sort();
    if (missing.length > 0) {
      const accepted = known.sort().join(', ');
      throw new CommandError(`not all container names exist: ${missing.join(', ')} (accepts: ${accepted})`);
    }
  }
}

/** Throws where nothing can be called from outside; `who` may say of what that is true. */
export function refuseWebHooks({ webHooks: [hook] }: Triggers, who: string): void {
  if (hook) throw new CommandError(`${who} support ${HOOK_WORDS[hook.type]}`);
}

/** '' for the namespace of the object itself. */
export function otherNamespace(namespace: string | undefined, object: KubeObject): string {
  return namespace === object.metadata?.namespace ? '' : (namespace ?? '');
}
