import { isJsonObject, type JsonValue } from '../decode/json-value.js';
import { parseElement, type FieldPath } from './field-set.js';

/** A path as Kubernetes prints it in conflicts: `.spec.tags[name="latest"].from`. */
export function pathText(path: FieldPath): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k':
      return `[${keysText(parseElement(element))}]`;
    case 'v':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

function keysText(keys: JsonValue | undefined): string {
  if (!isJsonObject(keys)) return '';
  return Object.keys(keys)
    .sort()
    .map((key) => `${key}=${JSON.stringify(keys[key])}`)
    .join(',');
}
