import type { KubeMetadata } from '../client/kube-object.js';
import { LAST_APPLIED } from '../patch/last-applied.js';

/** Name, namespace, labels and annotations: how kubectl begins every description. */
export function headLines(metadata: KubeMetadata): string {
  return [
    `Name:\t${metadata.name ?? ''}\n`,
    `Namespace:\t${metadata.namespace ?? ''}\n`,
    labelLines(metadata.labels),
    annotationLines(metadata.annotations),
  ].join('');
}

type TextMap = Record<string, string> | null | undefined;

export function labelLines(labels: TextMap): string {
  return entryLines(
    'Labels',
    sortedEntries(labels).map(([key, value]) => `${key}=${value}\n`),
  );
}

/**
 * The manifest that `apply` remembers is left out: it repeats the whole object, and of a Secret everything the rest of the
 * description hides.
 */
export function annotationLines(annotations: TextMap): string {
  const shown = sortedEntries(annotations).filter(([key]) => key !== LAST_APPLIED);
  return entryLines(
    'Annotations',
    shown.map(([key, value]) => annotationText(key, value.replace(/\n$/, ''))),
  );
}

const LONGEST_ANNOTATION = 140;

/** Long and many-lined values go below their key. */
function annotationText(key: string, value: string): string {
  if (!value.includes('\n') && key.length + value.length + 2 <= LONGEST_ANNOTATION) return `${key}: ${value}\n`;
  const lines = value.split('\n').map((line) => `\t  ${shortened(line, LONGEST_ANNOTATION - 2)}\n`);
  return `${key}:\n${lines.join('')}`;
}

function shortened(line: string, length: number): string {
  return line.length > length ? `${line.slice(0, length)}...` : line;
}

function entryLines(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? `${title}:\t<none>\n` : `${title}:\t${entries.join('\t')}`;
}

function sortedEntries(map: TextMap): [string, string][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
