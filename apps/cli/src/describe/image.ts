import type { ApiImage } from '../images/image-stream.js';
import { CommandError } from '../errors.js';
import { agoText } from '../printers/durations.js';
import { humanSize } from '../printers/sizes.js';
import { LabelledLines } from './labelled-lines.js';
import { describeAnnotations } from './metadata.js';

interface ContainerConfig {
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  WorkingDir?: string;
  User?: string;
  ExposedPorts?: Record<string, object> | null;
  Labels?: Record<string, string> | null;
  Env?: string[] | null;
  Volumes?: Record<string, object> | null;
}

interface Metadata {
  Created?: string;
  Author?: string;
  Architecture?: string;
  Size?: number;
  Config?: ContainerConfig | null;
}

interface Signature {
  metadata?: { name?: string };
  type?: string;
  issuedBy?: { commonName?: string };
  conditions?: { type: string; message?: string; lastProbeTime?: string }[];
}

/** An image in words. `title` is the name it was asked for by. */
export function describeImage(image: ApiImage, title: string, now: Date): string {
  const metadata = image.dockerImageMetadata as Metadata | null | undefined;
  if (!metadata || typeof metadata !== 'object') throw new CommandError('unable to read image metadata');
  const lines = new LabelledLines();
  if (title) lines.add('Image Name', title);
  lines.add('Docker Image', image.dockerImageReference);
  lines.add('Name', image.metadata?.name);
  if (image.metadata?.creationTimestamp) lines.add('Created', agoText(image.metadata.creationTimestamp, now));
  if (Object.keys(image.metadata?.labels ?? {}).length > 0) lines.addMap('Labels', image.metadata?.labels);
  if (Object.keys(image.metadata?.annotations ?? {}).length > 0) describeAnnotations(lines, image.metadata ?? {});
  describeSize(lines, image, metadata);
  for (const signature of (image.signatures as Signature[] | undefined) ?? []) describeSignature(lines, signature);
  lines.add('Image Created', metadata.Created ? agoText(metadata.Created, now) : '');
  lines.add('Author', metadata.Author);
  lines.add('Arch', metadata.Architecture);
  const manifests = image.dockerImageManifests ?? [];
  if (manifests.length > 0) {
    lines.add(
      'Manifests',
      manifests.map(({ os, architecture, digest }) => `${os}/${architecture}\t${digest}`).join('\n'),
    );
  }
  describeConfig(lines, metadata.Config ?? {});
  return lines.toString();
}

function describeSignature(lines: LabelledLines, { metadata, type, issuedBy, conditions }: Signature): void {
  lines.raw(`Image Signatures:\t \n\tName:\t${metadata?.name ?? ''}\n\tType:\t${type ?? ''}\n`);
  if (!issuedBy) {
    lines.raw('\tStatus:\tUnverified\n');
    return;
  }
  lines.raw(`\tStatus:\tVerified\n\tIssued By:\t${issuedBy.commonName ?? ''}\n`);
  for (const condition of conditions ?? []) {
    lines.raw(`\t:\tSignature is ${condition.type} (${condition.message ?? ''} on ${condition.lastProbeTime ?? ''})\n`);
  }
}

function describeSize(lines: LabelledLines, image: ApiImage, { Size: size = 0 }: Metadata): void {
  const layers = image.dockerImageLayers ?? [];
  if (layers.length === 0) {
    lines.add('Layer Size', humanSize(size));
    return;
  }
  lines.add('Image Size', `${humanSize(size)} in ${layers.length} layers`);
  lines.add('Layers', layers.map((layer) => `${humanSize(layer.size ?? 0)}\t${layer.name}`).join('\n'));
}

function describeConfig(lines: LabelledLines, config: ContainerConfig): void {
  const entrypoint = (config.Entrypoint ?? []).join(' ');
  const command = (config.Cmd ?? []).join(' ');
  if (entrypoint) lines.add('Entrypoint', entrypoint);
  if (command || !entrypoint) lines.add('Command', command);
  lines.add('Working Dir', config.WorkingDir);
  lines.add('User', config.User);
  lines.add(
    'Exposes Ports',
    Object.keys(config.ExposedPorts ?? {})
      .sort()
      .join(', '),
  );
  lines.addMap('Docker Labels', config.Labels);
  if (config.Env?.length) lines.add('Environment', config.Env.join('\n'));
  const volumes = Object.keys(config.Volumes ?? {}).sort();
  if (volumes.length > 0) lines.add('Volumes', volumes.join('\n'));
}
