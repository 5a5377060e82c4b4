import type { KubeObject } from '../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../printers/tab-writer.js';
import { headLines } from './head-lines.js';

/** Any object in words: its fields indented and their names spelled out. `events` are the lines that end it. */
export function describeGeneric(object: KubeObject, events: string): string {
  const { metadata = {}, apiVersion, kind, ...rest } = object;
  const head = `${headLines(metadata)}API Version:\t${apiVersion ?? ''}\nKind:\t${kind ?? ''}\n`;
  const fields = fieldLines({ ...rest, metadata: shownMetadata(metadata) }, 0);
  return alignTabs(head + fields + events, GENERIC_DESCRIBE_TABS);
}

function shownMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const { name: _n, namespace: _ns, labels: _l, annotations: _a, managedFields: _m, ...shown } = metadata;
  return shown;
}

function fieldLines(fields: Record<string, unknown>, level: number): string {
  const indent = '  '.repeat(level);
  return Object.keys(fields)
    .sort()
    .map((key) => {
      const value = fields[key];
      const label = `${indent}${spellOut(key)}:`;
      if (Array.isArray(value)) return `${label}\n${listLines(value, level + 1)}`;
      if (value !== null && typeof value === 'object')
        return `${label}\n${fieldLines(value as Record<string, unknown>, level + 1)}`;
      return `${label}\t${isSecret(key, value) ? '<secret>' : scalarText(value)}\n`;
    })
    .join('');
}

/** Credentials that stand in an object itself, such as those of a build's web hooks, are not for a description. */
function isSecret(key: string, value: unknown): boolean {
  return typeof value === 'string' && value !== '' && /^(secret|password|token|[a-z]+Token)$/.test(key);
}

function listLines(items: readonly unknown[], level: number): string {
  return items
    .map((item) => {
      if (item !== null && typeof item === 'object') return fieldLines(item as Record<string, unknown>, level);
      return `${'  '.repeat(level)}${scalarText(item)}\n`;
    })
    .join('');
}

function scalarText(value: unknown): string {
  return value === null || value === undefined ? '<nil>' : String(value);
}

/** `dockerImageReference` reads `Docker Image Reference`; names that are no words stay. */
export function spellOut(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key)) return key;
  const words = key.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]/g) ?? [key];
  return words
    .map((word) => (ACRONYMS.has(word.toUpperCase()) ? word.toUpperCase() : word[0]?.toUpperCase() + word.slice(1)))
    .join(' ');
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);
