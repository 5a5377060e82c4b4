import { cloneJson, getOwn, isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '../decode/json-value.js';
import { ApiError } from '../status/api-error.js';
import { addAt, locate, parsePointer, readStep, removeAt, replaceAt } from './json-pointer.js';
import { badPatch, patchDoesNotApply } from './patch-errors.js';

/** More operations than this are refused (Kubernetes' limit). */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;

/** What all `copy` operations of a patch may copy together: repeated copies of copies would grow without bound. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

interface Operation {
  op: string;
  path: string;
  from: string;
  value: JsonValue | undefined;
}

/**
 * Applies a JSON Patch (RFC 6902) and returns the new document; the given one stays as it is.
 * @throws ApiError 400 (malformed patch), 413 (too many operations or copies), 422 (a test or path fails)
 */
export function applyJsonPatch(document: JsonValue, patch: JsonValue): JsonValue {
  const operations = readOperations(patch);
  const applied = new PatchedDocument(cloneJson(document));
  for (const operation of operations) applied.apply(operation);
  return applied.root;
}

function readOperations(patch: JsonValue): Operation[] {
  if (!Array.isArray(patch)) throw badPatch('a JSON patch has to be a list of operations');
  if (patch.length > MAX_JSON_PATCH_OPERATIONS) {
    throw new ApiError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${patch.length}`,
    );
  }
  return patch.map((operation, at) => {
    if (!isJsonObject(operation)) throw badPatch(`operation ${at} of the JSON patch is no object`);
    return readOperation(operation, at);
  });
}

const NEEDS_VALUE: readonly string[] = ['add', 'replace', 'test'];
const NEEDS_FROM: readonly string[] = ['move', 'copy'];
const KNOWN: readonly string[] = [...NEEDS_VALUE, ...NEEDS_FROM, 'remove'];

function readOperation(json: JsonObject, at: number): Operation {
  const [op, path, from, value] = [
    getOwn(json, 'op'),
    getOwn(json, 'path'),
    getOwn(json, 'from'),
    getOwn(json, 'value'),
  ];
  if (typeof op !== 'string' || !KNOWN.includes(op))
    throw badPatch(`operation ${at} of the JSON patch: Unexpected kind: ${String(op)}`);
  if (typeof path !== 'string') throw badPatch(`operation ${at} of the JSON patch (${op}) has no path`);
  if (NEEDS_FROM.includes(op) && typeof from !== 'string')
    throw badPatch(`operation ${at} of the JSON patch (${op}) has no from`);
  if (NEEDS_VALUE.includes(op) && op !== 'test' && value === undefined) {
    throw badPatch(`operation ${at} of the JSON patch (${op}) has no value`);
  }
  return { op, path, from: typeof from === 'string' ? from : '', value };
}

class PatchedDocument {
  private copiedBytes = 0;

  constructor(public root: JsonValue) {}

  apply({ op, path, from, value }: Operation): void {
    switch (op) {
      case 'add':
        return this.add(path, cloneJson(value ?? null));
      case 'replace':
        return this.replace(path, cloneJson(value ?? null));
      case 'remove':
        this.remove(path);
        return;
      case 'move':
        return this.move(from, path);
      case 'copy':
        return this.add(path, this.copyOf(from));
      default:
        return this.test(path, value ?? null);
    }
  }

  private add(path: string, value: JsonValue): void {
    const steps = parsePointer(path);
    if (steps.length === 0) {
      this.root = value;
      return;
    }
    const position = locate(this.root, steps);
    if (!position)
      throw patchDoesNotApply(`add operation does not apply: doc is missing path: "${path}": missing value`);
    if (!addAt(position, value)) throw patchDoesNotApply(`error in add for path: '${path}': invalid index referenced`);
  }

  private replace(path: string, value: JsonValue): void {
    const steps = parsePointer(path);
    if (steps.length === 0) {
      this.root = value;
      return;
    }
    const position = locate(this.root, steps);
    if (!position || !replaceAt(position, value)) {
      throw patchDoesNotApply(`replace operation does not apply: doc is missing path: ${path}: missing value`);
    }
  }

  private remove(path: string): JsonValue {
    const position = locate(this.root, parsePointer(path));
    const removed = position && removeAt(position);
    if (removed === undefined)
      throw patchDoesNotApply(`error in remove for path: '${path}': Unable to remove nonexistent key: missing value`);
    return removed;
  }

  private move(from: string, path: string): void {
    if (path.startsWith(`${from}/`))
      throw patchDoesNotApply(`move operation does not apply: "${from}" cannot go into itself`);
    this.add(path, this.remove(from));
  }

  private copyOf(from: string): JsonValue {
    const value = this.read(from);
    if (value === undefined)
      throw patchDoesNotApply(`copy operation does not apply: doc is missing from path: "${from}": missing value`);
    this.copiedBytes += Buffer.byteLength(JSON.stringify(value));
    if (this.copiedBytes > MAX_COPIED_BYTES) {
      throw new ApiError(
        'RequestEntityTooLarge',
        `The copies of a JSON patch may have ${MAX_COPIED_BYTES} bytes together`,
      );
    }
    return cloneJson(value);
  }

  private test(path: string, value: JsonValue): void {
    if (!jsonEquals(this.read(path) ?? null, value))
      throw patchDoesNotApply(`testing value ${path} failed: test failed`);
  }

  private read(path: string): JsonValue | undefined {
    const steps = parsePointer(path);
    let value: JsonValue | undefined = this.root;
    for (const step of steps) value = value === undefined ? undefined : readStep(value, step);
    return value;
  }
}
