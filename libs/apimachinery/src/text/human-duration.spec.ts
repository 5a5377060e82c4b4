import { describe, expect, it } from '@jest/globals';
import { humanDuration, humanDurationAgo, shortAge } from './human-duration.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

it.each([
  [-5 * S, 'Less than a second'],
  [999, 'Less than a second'],
  [S, '1 second'],
  [59 * S, '59 seconds'],
  [M, 'About a minute'],
  [119 * S, 'About a minute'],
  [2 * M, '2 minutes'],
  [59 * M + 59 * S, '59 minutes'],
  [H, 'About an hour'],
  [89 * M, 'About an hour'],
  [90 * M, '2 hours'],
  [47 * H, '47 hours'],
  [48 * H, '2 days'],
  [13 * D, '13 days'],
  [14 * D, '2 weeks'],
  [59 * D, '8 weeks'],
  [60 * D, '2 months'],
  [729 * D, '24 months'],
  [730 * D, '2 years'],
])('%d ms are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

it('says how long ago something was', () => {
  expect(humanDurationAgo(new Date(0), new Date(3 * S))).toBe('3 seconds ago');
});

describe('shortAge', () => {
  it.each([
    [5 * S, '5s'],
    [119 * S, '119s'],
    [120 * S, '2m'],
    [200 * S, '3m20s'],
    [10 * M, '10m'],
    [3 * H, '3h'],
    [3 * H + 5 * M, '3h5m'],
    [8 * H, '8h'],
    [2 * D + 5 * H, '2d5h'],
    [9 * D, '9d'],
    [3 * 365 * D + 12 * D, '3y12d'],
    [9 * 365 * D, '9y'],
  ])('%d ms is %s', (ms, text) => {
    expect(shortAge(ms)).toBe(text);
  });
});
