import { sortedEntries } from './go-template/values.js';

/**
 * The strict flow style of YAML that newer kubectl calls KYAML
 * (https://github.com/kubernetes/enhancements/issues/5295): braces, text always in quotes, commas after every item.
 */
export function toKyaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return arrayText(value, indent);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const lines = sortedEntries(value as Record<string, unknown>)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${inner}${keyText(key)}: ${toKyaml(item, inner)},\n`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

/** Objects share lines with the brackets around them; other items have lines of their own. */
function arrayText(items: readonly unknown[], indent: string): string {
  if (items.length === 0) return '[]';
  if (items.every((item) => item !== null && typeof item === 'object')) {
    return `[${items.map((item) => toKyaml(item, indent)).join(', ')}]`;
  }
  const inner = `${indent}  `;
  return `[\n${items.map((item) => `${inner}${toKyaml(item, inner)},\n`).join('')}${indent}]`;
}

/** Keys stand bare unless a YAML reader could take them for something else. */
function keyText(key: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_.\-/]*$/.test(key);
  return plain && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key) ? key : JSON.stringify(key);
}
