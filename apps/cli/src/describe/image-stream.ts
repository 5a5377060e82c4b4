import {
  inImportOrder,
  observedGeneration,
  parseImageReference,
  resolveAlias,
  type TagEvent,
  type TagReference,
  type TagStatus,
} from '@faktorz/domain';
import { type ImageStream, specTag, statusTag } from '../images/image-stream.js';
import { agoText } from '../printers/durations.js';
import { LabelledLines } from './labelled-lines.js';
import { describeMetadata } from './metadata.js';

/** A stream in words: where it is, then each tag with its source, state and history. */
export function describeImageStream(stream: ImageStream, now: Date): string {
  const lines = new LabelledLines();
  describeMetadata(lines, stream.metadata ?? {}, now);
  lines.add('Image Repository', stream.status?.publicDockerImageRepository || stream.status?.dockerImageRepository);
  lines.add('Image Lookup', `local=${stream.spec?.lookupPolicy?.local === true}`);
  describeTags(lines, stream, now);
  return lines.toString();
}

function describeTags(lines: LabelledLines, stream: ImageStream, now: Date): void {
  const names = tagNames(stream);
  if (names.length === 0) {
    lines.raw('Tags:\t<none>\n');
    return;
  }
  lines.raw(`Unique Images:\t${countImages(stream)}\nTags:\t${names.length}\n\n`);
  const aliases = aliasesByTarget(stream);
  const folded = new Set([...aliases.values()].flat());
  const blocks = inImportOrder(names)
    .filter((name) => !folded.has(name))
    .map((name) => describeTag(stream, name, aliases.get(name) ?? [], now));
  lines.raw(blocks.join('\n'));
}

function tagNames(stream: ImageStream): string[] {
  const status = (stream.status?.tags ?? []).map(({ tag }) => tag);
  const spec = (stream.spec?.tags ?? []).map(({ name }) => name);
  return [...new Set([...status, ...spec])];
}

/** Distinct digests in all histories; entries that are locations only count as one. */
function countImages(stream: ImageStream): number {
  const items = (stream.status?.tags ?? []).flatMap(({ items }) => items ?? []);
  return new Set(items.map(({ image }) => image)).size;
}

/** For each tag the tags of the stream that follow it. */
function aliasesByTarget(stream: ImageStream): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  const name = { namespace: stream.metadata?.namespace ?? '', name: stream.metadata?.name ?? '' };
  for (const tag of stream.spec?.tags ?? []) {
    const found = resolveAlias(name, tag.name, (other) => specTag(stream, other));
    if (found.problem === undefined && found.isAlias)
      targets.set(found.tag, [...(targets.get(found.tag) ?? []), tag.name]);
  }
  return targets;
}

function describeTag(stream: ImageStream, name: string, aliases: readonly string[], now: Date): string {
  const spec = specTag(stream, name);
  const status = statusTag(stream, name);
  const title = aliases.length > 0 ? `${name} (${inImportOrder(aliases).join(', ')})` : name;
  return [
    `${title}\n`,
    `  ${sourceText(spec, stream.metadata?.namespace)}\n`,
    spec?.from && spec.importPolicy?.insecure ? '    will use insecure HTTPS or HTTP connections\n' : '',
    spec?.referencePolicy?.type === 'Local' ? '    prefer registry pullthrough when referencing this tag\n' : '',
    '\n',
    annotationText(spec?.annotations ?? {}),
    isImporting(spec, status) ? '  ~ importing latest image ...\n' : '',
    ...(status?.conditions ?? [])
      .filter((condition) => condition.type === 'ImportSuccess' && condition.status === 'False')
      .map(
        ({ reason, message, lastTransitionTime }) =>
          `  ! error: Import failed (${reason ?? ''}): ${message ?? ''}\n      ${agoText(lastTransitionTime, now)}\n`,
      ),
    ...(status?.items ?? []).map((item, at) => historyText(item, at === 0, now)),
  ].join('');
}

function sourceText(spec: TagReference | undefined, namespace: string | undefined): string {
  if (!spec) return 'no spec tag';
  if (!spec.from) return 'tag without source image';
  const { kind } = spec.from;
  const foreign = spec.from.namespace && spec.from.namespace !== namespace;
  const name = foreign ? `${spec.from.namespace}/${spec.from.name}` : spec.from.name;
  const scheduled = spec.importPolicy?.scheduled === true;
  switch (kind) {
    case 'DockerImage':
      if (spec.reference) return `reference to registry ${name}`;
      return scheduled ? `updates automatically from registry ${name}` : `tagged from ${name}`;
    case 'ImageStreamTag':
      if (spec.reference) return `reference to ${name}`;
      return scheduled ? `updates automatically from ${name}` : `tagged from ${name}`;
    case 'ImageStreamImage':
      return spec.reference ? `reference to image ${name}` : `tagged from ${name}`;
    default:
      return spec.reference ? `reference to ${kind} ${name}` : `updates from ${kind} ${name}`;
  }
}

function annotationText(annotations: Record<string, string>): string {
  const list = (text: string) => text.split(',').join(', ');
  const lines = [
    annotations.description ?? '',
    annotations.tags ? `Tags: ${list(annotations.tags)}` : '',
    annotations.supports ? `Supports: ${list(annotations.supports)}` : '',
    annotations.sampleRepo ? `Example Repo: ${annotations.sampleRepo}` : '',
  ].filter((line) => line !== '');
  return lines.length > 0 ? `${lines.map((line) => `  ${line}\n`).join('')}\n` : '';
}

function isImporting(spec: TagReference | undefined, status: TagStatus | undefined): boolean {
  if (!spec?.from || spec.reference || spec.generation === null || spec.generation === undefined) return false;
  return spec.generation > observedGeneration(status?.items?.[0], status?.conditions ?? []);
}

/** The digest follows where the reference does not say it. */
function historyText({ dockerImageReference, image, created }: TagEvent, isNewest: boolean, now: Date): string {
  const shown = image && referenceId(dockerImageReference) !== image ? `\t${image}` : '';
  return `  ${isNewest ? '*' : ' '} ${dockerImageReference}\n      ${agoText(created, now)}${shown}\n`;
}

function referenceId(reference: string): string | undefined {
  try {
    return parseImageReference(reference).id;
  } catch {
    return undefined;
  }
}
