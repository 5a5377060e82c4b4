import type { KubeObject } from '../client/kube-object.js';
import { toCompactGoJson } from '../printers/go-json.js';

/** Where client-side apply keeps what was applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What `apply` is to remember of an object: all of it but the memory itself. */
export function lastAppliedText(object: KubeObject): string {
  const { [LAST_APPLIED]: _old, ...annotations } = object.metadata?.annotations ?? {};
  return `${toCompactGoJson({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
}

export function withLastApplied(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata?.annotations, [LAST_APPLIED]: lastAppliedText(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What was applied last, if anything. */
export function lastAppliedOf(object: KubeObject): KubeObject | undefined {
  const text = object.metadata?.annotations?.[LAST_APPLIED];
  return text ? (JSON.parse(text) as KubeObject) : undefined;
}
