import { type Image, isListMediaType } from '@faktorz/domain';
import { roughAge } from '../printers/durations.js';
import { humanSize } from '../printers/sizes.js';
import { alignTabs, DENSE_TABS } from '../printers/tab-writer.js';

/** An image of a registry, as it is asked for. */
export interface OutsideImage {
  name: string;
  /** Absent where the name already says it. */
  digest?: string;
  /** Of the list it was chosen from. */
  listDigest?: string;
  image: Image;
}

interface Config {
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  User?: string;
  ExposedPorts?: Record<string, object>;
  Env?: string[];
  Labels?: Record<string, string>;
  Volumes?: Record<string, object>;
}

interface Metadata {
  Created?: string | null;
  Author?: string;
  Architecture?: string;
  Os?: string;
  Config?: Config;
}

/** An image of a registry in words, followed by an empty line. */
export function describeOutsideImage({ name, digest, listDigest, image }: OutsideImage, os: string, now: Date): string {
  const metadata = image.dockerImageMetadata as Metadata;
  const lines: [string, string][] = [['Name', name]];
  if (digest) lines.push(['Digest', digest]);
  if (listDigest) lines.push(['Manifest List', listDigest]);
  lines.push(['Media Type', image.dockerImageManifestMediaType ?? '']);
  lines.push(['Created', metadata.Created ? `${roughAge(metadata.Created, now)} ago` : '<unknown>']);
  lines.push(...sizeLines(image));
  lines.push(['OS', os], ['Arch', metadata.Architecture ?? '']);
  if (metadata.Author) lines.push(['Author', metadata.Author]);
  if (!isListMediaType(image.dockerImageManifestMediaType ?? '')) lines.push(...configLines(metadata.Config ?? {}));
  const text = lines.map(([label, value]) => `${label === '' ? '' : `${label}:`}\t${value}\n`).join('');
  return alignTabs(`${text}\n`, DENSE_TABS);
}

function sizeLines(image: Image): [string, string][] {
  const layers = image.dockerImageLayers ?? [];
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const size =
    total > 0 ? `${humanSize(total)} in ${layers.length} layers` : `${layers.length} layers (size unavailable)`;
  if (layers.length === 0) return [['Layer Size', humanSize(0)]];
  return [
    ['Image Size', size],
    ...many(
      'Layers',
      layers.map((layer) => `${layer.size > 0 ? humanSize(layer.size) : '--'}\t${layer.name}`),
    ),
  ];
}

function configLines(config: Config): [string, string][] {
  const { Entrypoint: entrypoint = [], Cmd: command = [] } = config;
  const lines: [string, string][] = [];
  if (entrypoint.length > 0) lines.push(['Entrypoint', entrypoint.join(' ')]);
  if (command.length > 0) lines.push(['Command', command.join(' ')]);
  else if (entrypoint.length === 0) lines.push(['Command', '<none>']);
  if (config.WorkingDir) lines.push(['Working Dir', config.WorkingDir]);
  if (config.User) lines.push(['User', config.User]);
  const ports = Object.keys(config.ExposedPorts ?? {}).sort();
  if (ports.length > 0) lines.push(['Exposes Ports', ports.join(', ')]);
  const labels = Object.entries(config.Labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    ...lines,
    ...many('Environment', config.Env ?? []),
    ...many('Labels', labels.sort()),
    ...many('Volumes', Object.keys(config.Volumes ?? {}).sort()),
  ];
}

/** The label stands before the first value only. */
function many(label: string, values: readonly string[]): [string, string][] {
  return values.map((value, index) => [index === 0 ? label : '', value]);
}
