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
  const errors = [...validateKeys(data), ...validateKeys(binaryData, 'binaryData')];
  for (const key of Object.keys(binaryData)) {
    if (key in data)
      errors.push({
        field: `data[${key}]`,
        type: 'Invalid',
        value: key,
        detail: 'duplicate of key present in binaryData',
      });
  }
  const total =
    Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0) +
    Object.values(binaryData).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  if (total > MAX_TOTAL_BYTES) errors.push(tooLong(''));
  return old?.immutable ? [...errors, ...validateFrozen(map, old)] : errors;
}

function validateFrozen(map: ConfigMap, old: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  if (!map.immutable) errors.push(frozen('immutable'));
  if (!sameData(map.data ?? {}, old.data ?? {})) errors.push(frozen('data'));
  if (!sameData(map.binaryData ?? {}, old.binaryData ?? {})) errors.push(frozen('binaryData'));
  return errors;
}
