import { describe, expect, it } from '@jest/globals';
import { defineEvent } from '@faktorz/domain';
import { z } from 'zod';
import type { NewEvent, ResourceChange } from '../change-log.types.js';
import { PendingRow } from './change-collector.js';
import { EventTooLarge } from './event-envelope.js';
import { assignPositions, logStatements, takePositions } from './log-statements.js';

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
  stamp: (position) => {
    const values: unknown[] = [name];
    return [{ text: `stamp ${position(values)}`, values }];
  },
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
    const statements = logStatements(rows, time);
    const position = '(SELECT position - $2::bigint FROM change_counter)';
    expect(statements.slice(0, -1)).toEqual([
      { text: `stamp ${position}`, values: ['a', 2] },
      { text: `stamp ${position}`, values: ['b', 1] },
    ]);
    const columns = statements.at(-1)!.values as unknown[][];
    expect(columns[6]).toEqual([0, null, 1]);
    expect(columns[7]).toEqual([
      'faktorz.events.tag-tracker.tag-moved.ns.s%2E1',
      null,
      'faktorz.events.tag-tracker.tag-moved.ns.s%2E1',
    ]);
    expect(JSON.parse(columns[5]![2] as string)).toMatchObject({ id: 'tag-tracker:', data: { tag: 't2' } });
  });

  it('tell the rows their positions and the events before them', () => {
    const told: bigint[] = [];
    const rows = [
      new PendingRow({ ...change('a'), committed: (position) => told.push(position) }, event('t1')),
      new PendingRow(change('b'), undefined),
      new PendingRow(undefined, event('t2')),
    ];
    assignPositions(rows, { position: '12', event_before: '7' });
    expect(rows.map((row) => row.position)).toEqual([10n, 11n, 12n]);
    expect([rows[0]!.previousEvent, rows[2]!.previousEvent]).toEqual([7n, 10n]);
    expect(told).toEqual([10n]);
  });

  it('refuse an event no message can carry', () => {
    const rows = [new PendingRow(undefined, event('x'.repeat(300_000)))];
    expect(() => logStatements(rows, time)).toThrow(EventTooLarge);
  });
});
