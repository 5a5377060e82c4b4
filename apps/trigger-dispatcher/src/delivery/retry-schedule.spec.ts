import { describe, expect, it } from '@jest/globals';
import { nextDelaySeconds, RETRY_DELAYS_SECONDS, retryAfterSeconds } from './retry-schedule.js';

describe('nextDelaySeconds', () => {
  it('spreads ten attempts over about 75 hours', () => {
    expect(RETRY_DELAYS_SECONDS.reduce((sum, delay) => sum + delay, 0) / 3600).toBeCloseTo(75.6, 1);
  });

  it('gives up after the last attempt', () => {
    expect(nextDelaySeconds(10, 0, 0)).toBeUndefined();
  });

  it('waits at least as long as the receiver asks, but not for ever', () => {
    expect(nextDelaySeconds(1, 120, 0)).toBe(120);
    expect(nextDelaySeconds(1, 10_000_000, 0)).toBe(24 * 3600);
    expect(nextDelaySeconds(2, 1, 0)).toBe(300);
  });

  it('adds up to a tenth', () => {
    expect(nextDelaySeconds(1, 0, 1)).toBeCloseTo(5.5);
  });
});

describe('retryAfterSeconds', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  it.each([
    [undefined, 0],
    ['30', 30],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
  ])('reads %p as %p', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
  });
});
