import { describe, expect, it } from '@jest/globals';
import { nextTime, scheduleProblem } from './cron-schedule.js';

const noon = new Date('2026-03-04T12:00:00Z');

describe('schedules', () => {
  it.each([
    ['', '2026-03-05T00:00:00.000Z'],
    ['0 0 * * *', '2026-03-05T00:00:00.000Z'],
    ['*/15 * * * *', '2026-03-04T12:15:00.000Z'],
    ['30 4 * * 1-5', '2026-03-05T04:30:00.000Z'],
    ['0 3 1 * *', '2026-04-01T03:00:00.000Z'],
    ['@weekly', '2026-03-08T00:00:00.000Z'],
  ])('%j is next due at %s', (schedule, next) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
    expect(nextTime(schedule, noon)?.toISOString()).toBe(next);
  });

  it.each(['nightly', '* * * *', '0 0 0 * * *', '61 * * * *', '0 0 * * mon-xyz', '@reboot', '0 0 30 2 *'])(
    '%j is refused',
    (schedule) => expect(scheduleProblem(schedule)).toEqual(expect.any(String)),
  );
});
