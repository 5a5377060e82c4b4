/** A key of a Docker configuration, normalised to `host[:port][/path]`. */
export interface RegistryKey {
  text: string;
  labels: readonly string[];
  /** Empty when the key names none; an absent port differs from 443. */
  port: string;
  /** With leading slash; empty when the key names none. */
  path: string;
}

/** Strips the scheme and a leading `/v1/` or `/v2/`. Undefined for text that is no key at all. */
export function parseRegistryKey(written: string): RegistryKey | undefined {
  const bare = written.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const match = /^([^/:?#]+)(?::(\d+))?(\/[^?#]*)?$/.exec(bare);
  if (!match?.[1]) return undefined;
  let path = match[3] ?? '';
  if (/^\/v[12](?:\/|$)/.test(path)) path = path.slice(3);
  if (path === '/') path = '';
  const port = match[2] ?? '';
  return { text: `${match[1]}${port && `:${port}`}${path}`, labels: match[1].toLowerCase().split('.'), port, path };
}

/** Does the key apply to `target`? Same port text, as many labels, each label matching as a glob, and the key's path a plain prefix. */
export function keyMatches(key: RegistryKey, target: RegistryKey): boolean {
  return (
    key.port === target.port &&
    key.labels.length === target.labels.length &&
    target.path.startsWith(key.path) &&
    key.labels.every((label, index) => labelMatches(label, target.labels[index] ?? ''))
  );
}

function labelMatches(glob: string, label: string): boolean {
  if (!/[*?[\\]/.test(glob)) return glob === label;
  const pattern = glob.replace(
    /\\(.)|\[(\^?)([^\]]*)\]|[*?]|[^*?[\\]+/g,
    (part, escaped?: string, negated?: string, set?: string) => {
      if (part === '*') return '.*';
      if (part === '?') return '.';
      if (escaped !== undefined) return literal(escaped);
      if (set !== undefined) return `[${negated ?? ''}${set.replace(/[\\[]/g, '\\$&')}]`;
      return literal(part);
    },
  );
  try {
    return new RegExp(`^${pattern}$`).test(label);
  } catch {
    return false; // an unfinished character class matches nothing
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
