import { describe, expect, it } from '@jest/globals';
import { FailedCredentials } from './failed-credentials.js';

function afterFailures(count: number): FailedCredentials {
  const failures = new FailedCredentials();
  for (let i = 0; i < count; i += 1) failures.failed('10.0.0.1', 0);
  return failures;
}

describe('an address with bad credentials', () => {
  it.each([
    ['may try often', 49, 0],
    ['waits then', 50, 1],
    ['waits longer each time', 53, 8],
    ['never longer than a minute', 500, 60],
  ])('%s', (_name, count, seconds) => {
    expect(afterFailures(count).waitSeconds('10.0.0.1', 0)).toBe(seconds);
  });

  it('may try again when it has waited', () => {
    expect(afterFailures(53).waitSeconds('10.0.0.1', 8000)).toBe(0);
  });

  it('is forgiven one of them by a good one', () => {
    const failures = afterFailures(50);
    failures.succeeded('10.0.0.1');
    expect(failures.waitSeconds('10.0.0.1', 0)).toBe(0);
    failures.failed('10.0.0.1', 0);
    expect(failures.waitSeconds('10.0.0.1', 0)).toBe(1);
  });

  it('is no other address', () => {
    expect(afterFailures(60).waitSeconds('10.0.0.2', 0)).toBe(0);
  });
});
