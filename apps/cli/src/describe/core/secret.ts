import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { headLines } from '../head-lines.js';

interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string> | null;
}

/**
 * A secret in words: of each value only its length. kubectl shows the token of a service account in clear; we do not, as
 * descriptions end up in tickets and chats.
 */
export function describeSecret({ metadata = {}, type = '', data }: Secret): string {
  const sizes = Object.entries(data ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}:\t${Buffer.from(value, 'base64').length} bytes\n`);
  const text = `${headLines(metadata)}\nType:\t${type}\n\nData\n====\n${sizes.join('')}`;
  return alignTabs(text, GENERIC_DESCRIBE_TABS);
}
