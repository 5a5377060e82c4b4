import { describe, expect, it } from '@jest/globals';
import { nextPage } from './link-header.js';
import { readRateLimit, readRetryAfterMs } from './rate-limit.js';

describe('readRateLimit', () => {
  it.each([
    [
      { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600', 'docker-ratelimit-source': '1.2.3.4' },
      { limit: 100, remaining: 76, windowSeconds: 21600, source: '1.2.3.4' },
    ],
    [
      { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' },
      { limit: 60, remaining: 0, resetSeconds: 30 },
    ],
  ])('reads %j', (headers, expected) => {
    expect(readRateLimit(headers)).toMatchObject(expected);
  });

  it('is silent where the registry is', () => {
    expect(readRateLimit({})).toBeUndefined();
    expect(readRateLimit({ 'ratelimit-limit': 'many' })).toBeUndefined();
  });
});

describe('readRetryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 01 Jan 2020 00:00:30 GMT', 30_000],
    ['Tue, 31 Dec 2019 00:00:00 GMT', 0],
    ['99999999', 86_400_000],
    ['soon', undefined],
  ])('reads %j', (text, expected) => {
    expect(readRetryAfterMs({ 'retry-after': text }, Date.parse('2020-01-01T00:00:00Z'))).toBe(expected);
  });
});

describe('nextPage', () => {
  const here = new URL('https://registry.example/v2/x/tags/list?n=2');
  it.each([
    ['</v2/x/tags/list?n=2&last=b>; rel="next"', 'https://registry.example/v2/x/tags/list?n=2&last=b'],
    ['<http://inner:5000/v2/x/tags/list?last=b>; rel=next', 'https://registry.example/v2/x/tags/list?last=b'],
    ['</first>; rel="first", </second>; rel="next"', 'https://registry.example/second'],
    ['</v2/x>; rel="prev"', undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ])('reads %j', (header, expected) => {
    expect(nextPage(here, header)?.href).toBe(expected);
  });
});
