/** `dockerImageMetadata` of an Image: the image's config as docker of old named its parts (contract: import, §7). */
export interface DockerImageMetadata extends Record<string, unknown> {
  kind: 'DockerImage';
  apiVersion: 'image.openshift.io/1.0';
  Id: string;
  /** RFC 3339, seconds, UTC. */
  Created: string | null;
  ContainerConfig: Record<string, unknown>;
}

type Kind = 'text' | 'number' | 'flag' | 'texts' | 'set' | 'map';

/** The keys of a docker config block, in the order they are written. */
const CONFIG_KEYS: ReadonlyArray<readonly [name: string, kind: Kind]> = [
  ['Hostname', 'text'],
  ['Domainname', 'text'],
  ['User', 'text'],
  ['Memory', 'number'],
  ['MemorySwap', 'number'],
  ['CpuShares', 'number'],
  ['Cpuset', 'text'],
  ['AttachStdin', 'flag'],
  ['AttachStdout', 'flag'],
  ['AttachStderr', 'flag'],
  ['PortSpecs', 'texts'],
  ['ExposedPorts', 'set'],
  ['Tty', 'flag'],
  ['OpenStdin', 'flag'],
  ['StdinOnce', 'flag'],
  ['Env', 'texts'],
  ['Cmd', 'texts'],
  ['Dns', 'texts'],
  ['Image', 'text'],
  ['Volumes', 'set'],
  ['VolumesFrom', 'text'],
  ['WorkingDir', 'text'],
  ['Entrypoint', 'texts'],
  ['NetworkDisabled', 'flag'],
  ['SecurityOpts', 'texts'],
  ['OnBuild', 'texts'],
  ['Labels', 'map'],
];

/** Where each part stands in the JSON it is read from; keys are compared without case. */
interface Spelling {
  id: string;
  dockerVersion: string;
  containerConfig: string;
}

const CONFIG_SPELLING: Spelling = { id: 'id', dockerVersion: 'docker_version', containerConfig: 'container_config' };
const METADATA_SPELLING: Spelling = { id: 'id', dockerVersion: 'dockerversion', containerConfig: 'containerconfig' };

/** What an image of which nothing is known shows. */
export function emptyMetadata(id = '', created: string | null = null): DockerImageMetadata {
  return { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0', Id: id, Created: created, ContainerConfig: {} };
}

/** Metadata from an image's config (OCI, schema 2) or a schema 1 history entry; parts of a wrong type are left out. `id` overrides the one in the config. */
export function metadataFromConfig(config: unknown, sizeBytes: number, id?: string): DockerImageMetadata {
  return metadata(lowerKeys(config), CONFIG_SPELLING, sizeBytes, id);
}

/** Metadata that a client sent, brought into the API's keys and order. */
export function normalizedMetadata(raw: unknown): DockerImageMetadata {
  const parts = lowerKeys(raw);
  return metadata(parts, METADATA_SPELLING, typeof parts.size === 'number' ? parts.size : 0);
}

/** A point in time as the API writes it: seconds, UTC. `null` for none, an unreadable one, and the year 1, Go's zero. */
export function apiTime(text: unknown): string | null {
  const milliseconds = typeof text === 'string' ? Date.parse(text) : NaN;
  if (Number.isNaN(milliseconds)) return null;
  const iso = new Date(milliseconds).toISOString();
  return iso.startsWith('0001-01-01T00:00:00') ? null : `${iso.slice(0, -5)}Z`;
}

function metadata(
  parts: Record<string, unknown>,
  spelling: Spelling,
  sizeBytes: number,
  id?: string,
): DockerImageMetadata {
  const config = configBlock(parts.config);
  return {
    kind: 'DockerImage',
    apiVersion: 'image.openshift.io/1.0',
    Id: id ?? text(parts[spelling.id]),
    ...filled('Parent', text(parts.parent)),
    ...filled('Comment', text(parts.comment)),
    Created: apiTime(parts.created),
    ...filled('Container', text(parts.container)),
    ContainerConfig: configBlock(parts[spelling.containerConfig]) ?? {},
    ...filled('DockerVersion', text(parts[spelling.dockerVersion])),
    ...filled('Author', text(parts.author)),
    ...(config && { Config: config }),
    ...filled('Architecture', text(parts.architecture)),
    ...(sizeBytes > 0 && { Size: sizeBytes }),
  };
}

function configBlock(raw: unknown): Record<string, unknown> | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const parts = lowerKeys(raw);
  const block: Record<string, unknown> = {};
  for (const [name, kind] of CONFIG_KEYS) {
    const value = read[kind](parts[name.toLowerCase()]);
    if (value !== undefined) block[name] = value;
  }
  return block;
}

/** The value of a key by kind; `undefined` when empty, which is then not written. */
const read: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  text: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  number: (value) => (typeof value === 'number' && value !== 0 ? value : undefined),
  flag: (value) => (value === true ? true : undefined),
  texts: (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    return value.every((item) => typeof item === 'string') ? value : undefined;
  },
  set: (value) => sortedMap(value, () => ({})),
  map: (value) => sortedMap(value, (item) => (typeof item === 'string' ? item : undefined)),
};

function sortedMap(value: unknown, item: (value: unknown) => unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value)
    .map(([key, content]) => [key, item(content)] as const)
    .filter(([, content]) => content !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function lowerKeys(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key.toLowerCase(), content]));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function filled(key: string, value: string): Record<string, string> {
  return value === '' ? {} : { [key]: value };
}
