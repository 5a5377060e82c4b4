import type { ApiClient } from '../client/api-client.js';
import type { KubeObject } from '../client/kube-object.js';
import { EVENTS } from '../client/known-resources.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import { shortAge } from '../printers/durations.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../printers/tab-writer.js';

interface EventObject extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  source?: { component?: string };
  reportingComponent?: string;
}

/** Any object in words: its fields indented, names spelled out, and what happened to it. */
export async function describeGeneric(client: ApiClient, object: KubeObject, now: Date): Promise<string> {
  const { metadata = {}, apiVersion, kind } = object;
  const head = [
    `Name:\t${metadata.name ?? ''}\n`,
    `Namespace:\t${metadata.namespace ?? ''}\n`,
    mapLines('Labels', metadata.labels),
    mapLines('Annotations', metadata.annotations),
    `API Version:\t${apiVersion ?? ''}\n`,
    `Kind:\t${kind ?? ''}\n`,
  ].join('');
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  const fields = fieldLines({ ...rest, metadata: shownMetadata(metadata) }, 0);
  const events = await readEvents(client, object);
  return alignTabs(head + fields + eventLines(events, now), GENERIC_DESCRIBE_TABS);
}

function shownMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const { name: _n, namespace: _ns, labels: _l, annotations: _a, managedFields: _m, ...shown } = metadata;
  return shown;
}

function mapLines(label: string, map: Record<string, string> | undefined): string {
  const keys = Object.keys(map ?? {}).sort();
  if (keys.length === 0) return `${label}:\t<none>\n`;
  const separator = label === 'Labels' ? '=' : ': ';
  return keys
    .map((key, at) => {
      const value = (map as Record<string, string>)[key] ?? '';
      const text = value.includes('\n')
        ? `${key}:\n\t  ${value.trimEnd().split('\n').join('\n\t  ')}`
        : `${key}${separator}${value}`;
      return `${at === 0 ? `${label}:` : ''}\t${text}\n`;
    })
    .join('');
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
      return `${label}\t${scalarText(value)}\n`;
    })
    .join('');
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

async function readEvents(client: ApiClient, object: KubeObject): Promise<EventObject[] | undefined> {
  const { name = '', namespace, uid = '' } = object.metadata ?? {};
  const about = [
    `involvedObject.kind=${object.kind ?? ''}`,
    `involvedObject.uid=${uid}`,
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace ?? ''}`,
  ];
  try {
    const list = await client.get(
      resourcePath(EVENTS, namespace),
      { fieldSelector: about.join(','), limit: '500' },
      JSON_TYPE,
    );
    return (list.items ?? []) as EventObject[];
  } catch {
    // Servers without events, or without the right to read them, still have the object to show.
    return undefined;
  }
}

function eventLines(events: readonly EventObject[] | undefined, now: Date): string {
  if (!events || events.length === 0) return 'Events:\t<none>\n';
  const rows = events.map((event) => {
    const seen = event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
    const from = event.source?.component || event.reportingComponent || '';
    const age =
      (event.count ?? 1) > 1
        ? `${shortAge(seen, now)} (x${event.count} over ${shortAge(event.firstTimestamp, now)})`
        : shortAge(seen, now);
    return `  ${event.type ?? ''}\t${event.reason ?? ''}\t${age}\t${from}\t${(event.message ?? '').trim()}\n`;
  });
  return ['Events:\n', '  Type\tReason\tAge\tFrom\tMessage\n', '  ----\t------\t----\t----\t-------\n', ...rows].join(
    '',
  );
}
