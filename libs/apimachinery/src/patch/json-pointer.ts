import { isJsonObject, setOwn, type JsonValue } from '../decode/json-value.js';
import { badPatch } from './patch-errors.js';

/** A value that holds others: where the last step of a pointer is taken. */
type Container = JsonValue[] | { [key: string]: JsonValue };

/** A position in a document: its container and the last step. */
export interface Position {
  container: Container;
  step: string;
}

/**
 * Splits a JSON pointer (RFC 6901); the empty pointer names the whole document.
 * @throws ApiError 400 BadRequest for one that does not begin with a slash
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    throw badPatch(`invalid JSON pointer ${JSON.stringify(pointer)}: it has to begin with "/"`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Follows all steps but the last; undefined when a container is missing. */
export function locate(document: JsonValue, steps: readonly string[]): Position | undefined {
  let container = document;
  for (const step of steps.slice(0, -1)) {
    const next = readStep(container, step);
    if (next === undefined) return undefined;
    container = next;
  }
  return isJsonObject(container) || Array.isArray(container) ? { container, step: steps.at(-1) ?? '' } : undefined;
}

/** The value one step further; undefined when there is none. */
export function readStep(container: JsonValue, step: string): JsonValue | undefined {
  if (Array.isArray(container)) {
    const index = arrayIndex(step, container.length - 1);
    return index === undefined ? undefined : container[index];
  }
  return isJsonObject(container) && Object.hasOwn(container, step) ? container[step] : undefined;
}

/** Adds (inserting into an array) at a position; false when the array has no such place. */
export function addAt({ container, step }: Position, value: JsonValue): boolean {
  if (!Array.isArray(container)) {
    setOwn(container, step, value);
    return true;
  }
  const index = step === '-' ? container.length : arrayIndex(step, container.length);
  if (index === undefined) return false;
  container.splice(index, 0, value);
  return true;
}

/** Replaces what is there; false when nothing is. */
export function replaceAt({ container, step }: Position, value: JsonValue): boolean {
  if (readStep(container, step) === undefined) return false;
  if (Array.isArray(container)) container[Number(step)] = value;
  else setOwn(container, step, value);
  return true;
}

/** Removes and returns what is there; undefined when nothing is. */
export function removeAt({ container, step }: Position): JsonValue | undefined {
  const value = readStep(container, step);
  if (value === undefined) return undefined;
  if (Array.isArray(container)) container.splice(Number(step), 1);
  else delete container[step];
  return value;
}

function arrayIndex(step: string, last: number): number | undefined {
  if (!/^(?:0|[1-9]\d*)$/.test(step)) return undefined;
  const index = Number(step);
  return index <= last ? index : undefined;
}
