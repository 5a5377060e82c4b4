import type { FieldError, KubeObject } from '@faktorz/apimachinery';
import { frozen, sameData, tooLong, validateKeys } from '../secret/secret.js';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

const MAX_TOTAL_BYTES = 1024 * 1024;

export function validateConfigMap(map: ConfigMap, old: ConfigMap | undefined): FieldError[] {
  const { data = {}, binaryData = {} } = map;
  const errors = [
    ...validateKeys(data),
    ...repeated(data, 'data', binaryData, 'binaryData'),
    ...validateKeys(binaryData, 'binaryData'),
    ...repeated(binaryData, 'binaryData', data, 'data'),
  ];
  const total =
    Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0) +
    Object.values(binaryData).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  if (total > MAX_TOTAL_BYTES) errors.push(tooLong('[]')); // the whole object, as Kubernetes writes it
  return old?.immutable ? [...errors, ...validateFrozen(map, old)] : errors;
}

/** Keys that the other map has as well. */
function repeated(own: object, field: string, other: object, otherField: string): FieldError[] {
  return Object.keys(own)
    .filter((key) => Object.hasOwn(other, key))
    .map((key) => ({
      field: `${field}[${key}]`,
      type: 'Invalid',
      value: key,
      detail: `duplicate of key present in ${otherField}`,
    }));
}

function validateFrozen(map: ConfigMap, old: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  if (!map.immutable) errors.push(frozen('immutable'));
  if (!sameData(map.data ?? {}, old.data ?? {})) errors.push(frozen('data'));
  if (!sameData(map.binaryData ?? {}, old.binaryData ?? {})) errors.push(frozen('binaryData'));
  return errors;
}
