import { describe, expect, it } from '@jest/globals';
import { defineEvent } from '@faktorz/domain';
import { z } from 'zod';
import type { NewEvent, ResourceChange } from '../change-log.types.js';
import { PendingRow } from './change-collector.js';
import { EventTooLarge } from './event-envelope.js';
import { logStatements, takePositions } from './log-statements.js';

const Moved = defineEvent('tag-tracker', 'TagMoved', z.object({ tag: z.string() }));
const event = (tag: string): NewEvent => ({
  definition: Moved,
  subject: `ns/s:${tag}`,
  namespace: 'ns',
  stream: 's.1',
  data: { tag },
});
const change = (name: string): ResourceChange => ({
  resource: 'widgets',
  namespace: 'ns',
  name,
  uid: name,
  type: 'ADDED',
  stamp: (position) => [{ text: 'stamp', values: [name, position] }],
});
const time = new Date('2026-01-02T03:04:05.678Z');

describe('statements of a commit', () => {
  it('take as many positions as there are rows, up to the last event', () => {
    const rows = [new PendingRow(change('a'), undefined), new PendingRow(undefined, event('t'))];
    expect(takePositions(rows).values).toEqual([2, 2]);
    expect(takePositions([rows[0]!]).values).toEqual([1, 0]);
  });

  it('number rows in order, stamp first, and chain events', () => {
    const rows = [
      new PendingRow(change('a'), event('t1')),
      new PendingRow(change('b'), undefined),
      new PendingRow(undefined, event('t2')),
    ];
    const statements = logStatements(rows, { position: '12', event_before: '7' }, time);
    expect(rows.map((row) => row.position)).toEqual([10n, 11n, 12n]);
    expect(statements.map(({ text, values }) => (text === 'stamp' ? values : 'log'))).toEqual([
      ['a', 10n],
      ['b', 11n],
      'log',
    ]);
    const columns = statements.at(-1)!.values as unknown[][];
    expect(columns[7]).toEqual([7n, null, 10n]);
    expect(columns[8]).toEqual([
      'faktorz.events.tag-tracker.tag-moved.ns.s%2E1',
      null,
      'faktorz.events.tag-tracker.tag-moved.ns.s%2E1',
    ]);
    expect(JSON.parse(columns[6]![2] as string)).toEqual({
      specversion: '1.0',
      id: 'tag-tracker:12',
      source: '/faktorz/tag-tracker',
      type: 'io.faktorz.TagMoved.v1',
      subject: 'ns/s:t2',
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      data: { tag: 't2', position: '12' },
    });
  });

  it('refuse an event no message can carry', () => {
    const rows = [new PendingRow(undefined, event('x'.repeat(300_000)))];
    expect(() => logStatements(rows, { position: '1', event_before: '0' }, time)).toThrow(EventTooLarge);
  });
});
