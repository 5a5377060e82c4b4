import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asyncApiDocument } from './async-api.js';
import { cloudEvent, InvalidEvent, parseEvent, parseEventOf, UnknownEventType } from './cloud-event.js';
import { eventJsonSchema } from './event-schema.js';
import { allEvents, TagDeleted, TagUpdated } from './index.js';
import { eventSubject, ownerSubjects, subjectToken } from './nats-subject.js';

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const filesIn = (path: string): string[] => readdirSync(new URL(path, import.meta.url));
const goldens = filesIn('./__golden__/').map(
  (file) => [file, read(`./__golden__/${file}`) as Record<string, unknown>] as const,
);

describe('events', () => {
  it('are all registered', () => {
    const onDisk = filesIn('.').flatMap((file) => /^(.+)\.event\.ts$/.exec(file)?.[1] ?? []);
    expect(allEvents.map(({ name }) => name).sort()).toEqual(onDisk.sort());
  });

  it('have a golden of every version', () => {
    const versions = allEvents.map(({ name, type }) => `${name}.${type.split('.').at(-1)}.json`);
    expect(goldens.map(([file]) => file)).toEqual(expect.arrayContaining(versions));
  });

  it.each(goldens)('%s is still read, and written as it was', (_file, golden) => {
    const { definition, event } = parseEvent(golden);
    expect(event).toEqual(golden);
    const { position, ...data } = event.data as { position: string };
    const again = cloudEvent(definition, { position, subject: event.subject ?? '', time: event.time ?? '', data });
    expect(again).toEqual(golden);
  });

  it.each(goldens)('%s may carry fields of a later day', (_file, golden) => {
    const later = { ...golden, traceparent: 'x', data: { ...(golden.data as object), later: { a: 1 } } };
    expect(parseEvent(later).event).toEqual(later);
  });

  it.each(goldens)('%s may come without its position', (_file, golden) => {
    const { position: _position, ...data } = golden.data as { position: string };
    expect(() => parseEvent({ ...golden, data })).not.toThrow();
  });

  it('are refused when they are not what they say', () => {
    const event = cloudEvent(TagDeleted, {
      position: '1',
      subject: 'shop/app:1',
      time: '2026-01-01T00:00:00Z',
      data: { namespace: 'shop', stream: 'app', tag: '1', by: 'ann' },
    });
    expect(() => parseEvent({ ...event, data: { namespace: 1 } })).toThrow(InvalidEvent);
    expect(() => parseEvent({ ...event, specversion: '0.3' })).toThrow(InvalidEvent);
    expect(() => parseEvent('text')).toThrow(InvalidEvent);
    expect(() => parseEvent({ ...event, type: 'io.faktorz.Unheard.v1' })).toThrow(UnknownEventType);
    expect(() => parseEventOf(TagUpdated, event)).toThrow(InvalidEvent);
  });
});

describe('subjects', () => {
  it.each([
    [
      { owner: 'tag-tracker', name: 'tag-updated', namespace: 'shop', stream: 'ruby-2.0' },
      'faktorz.events.tag-tracker.tag-updated.shop.ruby-2%2E0',
    ],
    [
      { owner: 'auth', name: 'namespace-created', namespace: 'a b*>' },
      'faktorz.events.auth.namespace-created.a%20b%2A%3E._',
    ],
    [{ owner: 'auth', name: 'access-changed' }, 'faktorz.events.auth.access-changed._._'],
  ])('%j', (address, expected) => expect(eventSubject(address)).toBe(expected));

  it('take all of an owner', () => expect(ownerSubjects('auth')).toBe('faktorz.events.auth.>'));

  it('write every name as one token that tells it from others', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const token = subjectToken(name);
        expect(token).not.toMatch(/[.*>\s]/);
        expect(decodeURIComponent(token)).toBe(name);
      }),
    );
    expect([undefined, '_'].map(subjectToken)).toEqual(['_', '%5F']);
  });
});

describe('the documents', () => {
  it('describe the data of an event', () => {
    expect(eventJsonSchema(TagUpdated)).toMatchObject({
      type: 'object',
      properties: { image: { type: 'string' }, generation: { type: 'integer' } },
      required: expect.arrayContaining(['namespace', 'stream', 'tag', 'image']),
    });
  });

  it('are written down as they are (npm run docs -w libs/domain)', () => {
    expect(read('../../../../docs/events/asyncapi.json')).toEqual(asyncApiDocument());
  });
});
