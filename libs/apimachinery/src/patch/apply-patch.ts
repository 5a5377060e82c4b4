import { DecodingError } from '../decode/decoding-error.js';
import { parseText } from '../decode/body-format.js';
import { asJson, isJsonObject, type JsonObject, type JsonValue } from '../decode/json-value.js';
import type { ParsedDocument } from '../decode/parse-json.js';
import { namedShape } from '../decode/schema-shape.js';
import { readAs } from '../decode/walk-schema.js';
import type { KubeObject } from '../kube-object.js';
import type { SchemaLibrary } from '../schema.js';
import { applyJsonPatch } from './json-patch.js';
import { mergePatch } from './merge-patch.js';
import { badPatch, patchedInvalid } from './patch-errors.js';
import { strategicMerge } from './strategic-merge.js';

export interface ApplyPatchInput {
  type: 'json' | 'merge' | 'strategic';
  /** The request's body. */
  patch: Buffer;
  current: KubeObject;
  /** Component name of the kind's schema. */
  schema: string;
  schemas: SchemaLibrary;
}

/** What a patch makes of an object. */
export interface Patched {
  object: KubeObject;
  /** Keys that stand twice in one object of the patch, in the words of strict decoding. */
  duplicates: string[];
}

/**
 * Makes the next object out of the current one and a JSON patch (RFC 6902), merge patch (RFC 7396) or strategic merge
 * patch. The current one stays as it is. Fields the schema does not know are left in the result, for strict decoding to name.
 * @throws ApiError 400 BadRequest (malformed patch), 413 (too many operations), 422 Invalid (it does not apply, or what
 * comes out has values of the wrong type)
 */
export function applyPatch(input: ApplyPatchInput): Patched {
  const patch = readPatch(input);
  const patched = patchedValue(input, patch.value);
  if (!isJsonObject(patched)) throw patchedInvalid('the patch leaves no object');
  checkTypes(patched, input);
  const about = input.type === 'json' ? 'json patch ' : '';
  return {
    object: patched as unknown as KubeObject,
    duplicates: [...new Set(patch.duplicates)].map((path) => `${about}duplicate field "${path}"`),
  };
}

function patchedValue({ type, current, schema, schemas }: ApplyPatchInput, patch: JsonValue): JsonValue {
  const document = asJson(current);
  if (type === 'json') return applyJsonPatch(document, patch);
  if (!isJsonObject(patch))
    throw badPatch('json: cannot unmarshal the patch into Go value of type map[string]interface {}');
  if (type === 'merge') return mergePatch(document, patch);
  return strategicMerge(document, patch, namedShape(schema, schemas), schemas);
}

function readPatch({ patch }: ApplyPatchInput): ParsedDocument {
  try {
    return parseText(patch, 'json');
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw badPatch(`error decoding patch: ${error.message}`, error);
  }
}

function checkTypes(patched: JsonObject, { schema, schemas }: ApplyPatchInput): void {
  try {
    readAs(patched, namedShape(schema, schemas), schemas);
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw patchedInvalid(error.message, error);
  }
}
