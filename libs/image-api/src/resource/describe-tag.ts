import type { TagEvent, TagReference, TagSource } from '@faktorz/domain';
import type { ShownTag } from './shown-objects.js';

/** How the tag gets its images: followed, pushed, scheduled, referenced or tagged. Empty when it gets none. */
export function describeSpec({ spec, status }: ShownTag): string {
  const event = status?.items?.[0];
  if (!spec?.from) return event ? 'Push' : '';
  if (spec.reference) return 'Ref';
  if (spec.from.kind === 'ImageStreamTag' && !spec.from.name.includes(':')) return 'Track';
  if (event && event.generation > generationOf(spec)) return 'Push';
  return spec.importPolicy?.scheduled ? 'Scheduled' : 'Tag';
}

/** What the tag points at, or what keeps it from doing so. */
export function describeStatus({ spec, status }: ShownTag): string {
  const event = status?.items?.[0];
  if (event && spec && event.generation < generationOf(spec)) return 'Importing';
  const failure = status?.conditions?.find(({ type, status: value }) => type === 'ImportSuccess' && value === 'False');
  if (failure) return `ImportFailed (${failure.reason ?? ''})`;
  if (event) return describeEvent(event);
  return spec?.from ? describeSource(spec.from) : '';
}

/** When the tag changed last (RFC 3339): its newest image, else its condition. */
export function tagUpdated({ status }: ShownTag): string | undefined {
  return status?.items?.[0]?.created ?? status?.conditions?.[0]?.lastTransitionTime;
}

function generationOf(spec: TagReference): number {
  return spec.generation ?? 0;
}

function describeEvent({ image, dockerImageReference }: TagEvent): string {
  return image ? `image/${image}` : dockerImageReference;
}

function describeSource({ kind, name, namespace }: TagSource): string {
  switch (kind) {
    case 'DockerImage':
      return name;
    case 'ImageStreamTag':
      return namespace ? `istag ${namespace}/${name}` : `istag/${name}`;
    case 'ImageStreamImage': {
      const [stream, digest, ...rest] = name.split('@');
      return stream && digest && rest.length === 0 ? `image/${digest}` : 'InvalidRefName';
    }
    default:
      return 'InvalidRefKind';
  }
}
