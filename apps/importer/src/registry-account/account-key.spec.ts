import { describe, expect, it } from '@jest/globals';
import { registryOf } from './account-key.js';
import { registryAccountName } from './registry-account.js';

describe('registryOf', () => {
  it.each([
    ['ruby:2.0', 'docker.io'],
    ['index.docker.io/library/ruby', 'docker.io'],
    ['quay.io/team/app@sha256:' + 'a'.repeat(64), 'quay.io'],
    ['lab:5000/x/y', 'lab:5000'],
    ['not a name', 'docker.io'],
  ])('%s is at %s', (from, registry) => expect(registryOf(from)).toBe(registry));
});

describe('registryAccountName', () => {
  it.each([
    ['', 'anonymous@quay.io'],
    ['*', 'unchecked@quay.io'],
    ['ann', 'ann@quay.io'],
    ['developer@example.com', expect.stringMatching(/^developer-example\.com-[0-9a-f]{8}@quay\.io$/)],
    ['anonymous', expect.stringMatching(/^anonymous-[0-9a-f]{8}@quay\.io$/)],
    ['a/b%', expect.stringMatching(/^a-b--[0-9a-f]{8}@quay\.io$/)],
  ])('of %p is a name a path can hold', (account, name) =>
    expect(registryAccountName({ registry: 'quay.io', account })).toEqual(name),
  );
});
