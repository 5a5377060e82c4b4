import { minimatch } from 'minimatch';

/** The part of a webhook that decides what it is told. Empty lists mean everything. */
export interface Subscription {
  types: readonly string[];
  streams: readonly string[];
  tags: readonly string[];
}

/** What an event is about. */
export interface EventAbout {
  /** `TagUpdated`, … */
  kind: string;
  /** `namespace/stream:tag`, as far as the event has them. */
  subject: string;
}

/** What webhooks are told of their own fate only when they ask for it by name: sending these to all would never end. */
const ABOUT_DELIVERIES = new Set(['WebhookDelivered', 'WebhookFailed']);

/** Their subjects end in names of other things than streams. */
const ABOUT_ACCESS = new Set(['AccessChanged']);

/** Did the webhook ask for this event? An event without stream or tag is not held back by their globs. */
export function isSubscribed(subscription: Subscription, event: EventAbout): boolean {
  const { stream, tag } = ABOUT_ACCESS.has(event.kind) ? {} : subjectParts(event.subject);
  return (
    wantsType(subscription.types, event.kind) &&
    (stream === undefined || matchesAny(subscription.streams, stream)) &&
    (tag === undefined || matchesAny(subscription.tags, tag))
  );
}

/** Is the event about deliveries themselves? Its own delivery is then told to nobody. */
export function isAboutDeliveries(kind: string): boolean {
  return ABOUT_DELIVERIES.has(kind);
}

/** The event's name out of its CloudEvents type: `io.faktorz.TagUpdated.v1` → `TagUpdated`. */
export function kindOf(type: string): string {
  return /^io\.faktorz\.([A-Za-z]+)\.v\d+$/.exec(type)?.[1] ?? type;
}

function wantsType(types: readonly string[], kind: string): boolean {
  return types.length === 0 ? !isAboutDeliveries(kind) : types.includes(kind);
}

function matchesAny(globs: readonly string[], name: string): boolean {
  return (
    globs.length === 0 || globs.some((glob) => minimatch(name, glob, { nocomment: true, nonegate: true, dot: true }))
  );
}

function subjectParts(subject: string): { stream?: string; tag?: string } {
  const slash = subject.indexOf('/');
  if (slash < 0) return {};
  const rest = subject.slice(slash + 1);
  const colon = rest.indexOf(':');
  return colon < 0 ? { stream: rest } : { stream: rest.slice(0, colon), tag: rest.slice(colon + 1) };
}
