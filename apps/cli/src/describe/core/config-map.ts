import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { headLines } from '../head-lines.js';

interface ConfigMap extends KubeObject {
  data?: Record<string, string> | null;
  binaryData?: Record<string, string> | null;
}

/** A config map in words: texts in full, bytes by their number. */
export function describeConfigMap({ metadata = {}, data, binaryData }: ConfigMap, events: string): string {
  const texts = sorted(data).map(([key, value]) => `${key}:\n----\n${value}\n\n`);
  const sizes = sorted(binaryData).map(([key, value]) => `${key}: ${Buffer.from(value, 'base64').length} bytes\n`);
  const text = [headLines(metadata), '\nData\n====\n', ...texts, '\nBinaryData\n====\n', ...sizes, '\n', events].join(
    '',
  );
  return alignTabs(text, GENERIC_DESCRIBE_TABS);
}

function sorted(map: Record<string, string> | null | undefined): [string, string][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
