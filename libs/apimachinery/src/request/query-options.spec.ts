import { describe, expect, it } from '@jest/globals';
import { goDurationMs } from '@faktorz/domain';
import { fieldManagerOf, isTrue, parseWriteOptions, requestTimeoutMs } from './query-options.js';

const query = (text: string) => new URLSearchParams(text);

describe('parseWriteOptions', () => {
  it('warns of unknown fields when nothing else is asked for', () => {
    expect(parseWriteOptions(query(''), 'CreateOptions')).toEqual({
      dryRun: false,
      fieldManager: '',
      fieldValidation: 'Warn',
    });
  });

  it.each([
    [
      'dryRun=Some',
      'CreateOptions',
      false,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ],
    [
      'fieldValidation=x',
      'UpdateOptions',
      false,
      'UpdateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "x": supported values: "Ignore", "Strict", "Warn"',
    ],
    [
      'fieldManager=a%07',
      'CreateOptions',
      false,
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\u0007": should only contain printable characters',
    ],
    [
      '',
      'PatchOptions',
      true,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'force=true',
      'PatchOptions',
      false,
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    ],
  ] as const)('refuses %j of %s', (text, kind, isApply, message) => {
    expect(() => parseWriteOptions(query(text), kind, isApply)).toThrow(
      expect.objectContaining({ reason: 'Invalid', message }),
    );
  });
});

it('names the program of the User-Agent where no manager is given', () => {
  expect(fieldManagerOf('me', 'kubectl/1.2')).toBe('me');
  expect(fieldManagerOf('', 'kubectl-create/v1.32 (linux)')).toBe('kubectl-create');
  expect(fieldManagerOf('', '')).toBe('unknown');
  expect(fieldManagerOf('', 'x'.repeat(200))).toHaveLength(128);
});

it('reads booleans as Go does', () => {
  expect(['true', '1', 'yes'].map(isTrue)).toEqual([true, true, true]);
  expect([null, '', '0', 'false'].map(isTrue)).toEqual([false, false, false, false]);
});

it('reads durations as Go does', () => {
  expect(['34s', '1h', '1h30m', '1.5s', '100ms', '0'].map(goDurationMs)).toEqual([
    34_000, 3_600_000, 5_400_000, 1500, 100, 0,
  ]);
  expect(['', '5', 's', '1d', '1s2'].map(goDurationMs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(requestTimeoutMs(query(''))).toBe(60_000);
  expect(requestTimeoutMs(query('timeout=1m30s'))).toBe(90_000);
  expect(requestTimeoutMs(query('timeout=9999h'))).toBe(2 ** 31 - 1);
  expect(() => requestTimeoutMs(query('timeout=x'))).toThrow(expect.objectContaining({ reason: 'BadRequest' }));
});
