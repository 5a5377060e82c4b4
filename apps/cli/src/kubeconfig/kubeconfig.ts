/** The parts of a kubeconfig this command reads and writes; unknown fields are kept. */
export interface ClusterEntry {
  server?: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  [other: string]: unknown;
}

export interface UserEntry {
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  [other: string]: unknown;
}

export interface ContextEntry {
  cluster?: string;
  user?: string;
  namespace?: string;
  [other: string]: unknown;
}

export interface Kubeconfig {
  apiVersion: 'v1';
  kind: 'Config';
  clusters: { name: string; cluster: ClusterEntry }[];
  users: { name: string; user: UserEntry }[];
  contexts: { name: string; context: ContextEntry }[];
  'current-context': string;
  preferences?: Record<string, unknown>;
  [other: string]: unknown;
}

export function emptyKubeconfig(): Kubeconfig {
  return { apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [], 'current-context': '' };
}

const LISTS = ['clusters', 'users', 'contexts'] as const;

/** Several files read as one: of entries with the same name, and of `current-context`, the first wins. */
export function mergeKubeconfigs(configs: readonly Partial<Kubeconfig>[]): Kubeconfig {
  const merged = emptyKubeconfig();
  for (const config of configs) {
    for (const list of LISTS) {
      for (const entry of config[list] ?? []) {
        const known = merged[list] as { name: string }[];
        if (!known.some((one) => one.name === entry.name)) known.push(entry);
      }
    }
    merged['current-context'] ||= config['current-context'] ?? '';
    merged.preferences ??= config.preferences;
  }
  return merged;
}

/**
 * What each file holds after a change of the whole: an entry stays in the file it came from, a new one goes to the first.
 * Entries hidden by an earlier file's stay where they are.
 */
export function splitKubeconfig(config: Kubeconfig, parts: readonly Partial<Kubeconfig>[]): Kubeconfig[] {
  const currentAt = Math.max(
    0,
    parts.findIndex((part) => part['current-context']),
  );
  return parts.map((part, at) => {
    const split: Kubeconfig = { ...emptyKubeconfig(), ...part };
    for (const list of LISTS) {
      const homeOf = (name: string) =>
        Math.max(
          0,
          parts.findIndex((one) => one[list]?.some((entry) => entry.name === name)),
        );
      const hidden = (part[list] ?? []).filter(({ name }) => homeOf(name) !== at);
      const own = (config[list] as { name: string }[]).filter(({ name }) => homeOf(name) === at);
      Object.assign(split, { [list]: [...own, ...hidden] });
    }
    split['current-context'] = at === currentAt ? config['current-context'] : (part['current-context'] ?? '');
    if (at === 0 && config.preferences) split.preferences = config.preferences;
    return split;
  });
}

/** Adds or replaces the entry of that name. */
export function putEntry<T extends { name: string }>(entries: T[], entry: T): void {
  const at = entries.findIndex((one) => one.name === entry.name);
  if (at < 0) entries.push(entry);
  else entries[at] = entry;
}

/** `https://127.0.0.1:8443` as it appears in names of contexts: `127-0-0-1:8443`. */
export function clusterNickname(server: string): string {
  const url = new URL(server);
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  return `${url.hostname}:${port}`.replaceAll('.', '-');
}

export function contextNickname(namespace: string, server: string, user: string): string {
  return `${namespace}/${clusterNickname(server)}/${user}`;
}
