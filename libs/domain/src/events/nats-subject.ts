/** Where an event goes: its owner, kebab-case name, and the stream it is about as far as there is one. */
export interface EventAddress {
  owner: string;
  name: string;
  namespace?: string;
  stream?: string;
}

/** The subjects of all events. */
export const EVENT_SUBJECTS = 'faktorz.events.>';

/** What a NATS subject's token must not contain, and `%`, by which it is written. */
const RESERVED = /[%.*>\s\u0000-\u001f\u007f]/g;

/** The NATS subject of an event: `faktorz.events.<owner>.<name>.<namespace>.<stream>`, names escaped, absent ones `_`. */
export function eventSubject({ owner, name, namespace, stream }: EventAddress): string {
  return ['faktorz', 'events', owner, name, subjectToken(namespace), subjectToken(stream)].join('.');
}

/** The filter that takes all events of an owner. */
export function ownerSubjects(owner: string): string {
  return `faktorz.events.${owner}.>`;
}

/** A name as one token of a subject: `.`, wildcards and white space as `%XX` of their UTF-8 bytes; `_` stands for none. */
export function subjectToken(name: string | undefined): string {
  if (!name) return '_';
  if (name === '_') return '%5F';
  return name.replace(RESERVED, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
