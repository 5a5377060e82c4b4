import type { ApiResource } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { MERGE_PATCH, STRATEGIC_PATCH } from '../client/media-types.js';
import { lastAppliedOf, withLastApplied } from './last-applied.js';
import { mergeKeysOf, NO_MERGE_KEYS, takesStrategicPatches } from './merge-keys.js';
import { threeWayPatch } from './three-way.js';

export interface AppliedPatch {
  contentType: string;
  patch: Record<string, unknown>;
}

/** The patch client-side apply sends for an object that exists. `remember`: also note what was applied. */
export function patchForApply(
  wanted: KubeObject,
  live: KubeObject,
  resource: ApiResource,
  remember = true,
): AppliedPatch {
  const strategic = takesStrategicPatches(resource.group);
  const original = lastAppliedOf(live) ?? {};
  const modified = remember ? withLastApplied(wanted) : wanted;
  const mergeKeys = strategic ? mergeKeysOf(resource.group) : NO_MERGE_KEYS;
  const patch = threeWayPatch(withoutEmptyAnnotations(original, modified), modified, live, mergeKeys);
  return { contentType: strategic ? STRATEGIC_PATCH : MERGE_PATCH, patch };
}

/** The remembered configuration always has annotations, if only empty ones: they are no annotations to remove. */
function withoutEmptyAnnotations(original: KubeObject, modified: KubeObject): KubeObject {
  if (modified.metadata?.annotations || Object.keys(original.metadata?.annotations ?? {}).length > 0) return original;
  const { annotations: _empty, ...metadata } = original.metadata ?? {};
  return { ...original, metadata };
}
