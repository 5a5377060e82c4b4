import { isDeepStrictEqual } from 'node:util';
import type { MergeKeyLookup } from './merge-keys.js';

type Fields = Record<string, unknown>;

/**
 * The patch that brings `current` to `modified`: what differs is set, and what `original` had and `modified` no longer
 * has is removed. Fields that only the server knows stay. With merge keys it is a strategic merge patch, without a JSON
 * merge patch. Empty when nothing is to be done.
 */
export function threeWayPatch(original: object, modified: object, current: object, mergeKeys: MergeKeyLookup): Fields {
  return mapPatch(original as Fields, modified as Fields, current as Fields, [], mergeKeys);
}

/** The patch that turns one object into another; for changes whose before and after are both known. */
export function twoWayPatch(before: object, after: object, mergeKeys: MergeKeyLookup): Fields {
  return mapPatch(before as Fields, after as Fields, before as Fields, [], mergeKeys);
}

function mapPatch(
  original: Fields,
  modified: Fields,
  current: Fields,
  path: string[],
  mergeKeys: MergeKeyLookup,
): Fields {
  const patch: Fields = {};
  for (const [key, wanted] of Object.entries(modified)) {
    const [before, now] = [original[key], current[key]];
    const inner = [...path, key];
    if (isFields(wanted) && isFields(now)) {
      const nested = mapPatch(isFields(before) ? before : {}, wanted, now, inner, mergeKeys);
      if (Object.keys(nested).length > 0) patch[key] = nested;
    } else if (Array.isArray(wanted) && Array.isArray(now) && mergeKeys(inner) !== undefined) {
      Object.assign(patch, keyedListPatch(Array.isArray(before) ? before : [], wanted, now, inner, mergeKeys));
    } else if (wanted !== undefined && !isDeepStrictEqual(wanted, now) && !(wanted === null && now === undefined)) {
      patch[key] = wanted;
    }
  }
  for (const key of Object.keys(original)) if (modified[key] === undefined) patch[key] = null;
  return patch;
}

function keyedListPatch(
  original: unknown[],
  modified: unknown[],
  current: unknown[],
  path: string[],
  mergeKeys: MergeKeyLookup,
): Fields {
  const mergeKey = mergeKeys(path) as string;
  const field = path.at(-1) as string;
  const byKey = (list: unknown[], key: unknown) =>
    list.find((item) => isFields(item) && item[mergeKey] === key) as Fields | undefined;
  const changes: Fields[] = [];
  for (const item of modified as Fields[]) {
    const key = item[mergeKey];
    const now = byKey(current, key);
    if (!now) {
      changes.push(item);
      continue;
    }
    const nested = mapPatch(byKey(original, key) ?? {}, item, now, path, mergeKeys);
    if (Object.keys(nested).length > 0) changes.push({ ...nested, [mergeKey]: key });
  }
  for (const item of original as Fields[]) {
    if (!byKey(modified, item[mergeKey])) changes.push({ $patch: 'delete', [mergeKey]: item[mergeKey] });
  }
  if (changes.length === 0) return {};
  const order = (modified as Fields[]).map((item) => ({ [mergeKey]: item[mergeKey] }));
  return { [`$setElementOrder/${field}`]: order, [field]: changes };
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
