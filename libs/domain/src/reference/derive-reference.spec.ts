import { describe, expect, it } from '@jest/globals';
import { clientDefaults, exactReference, repositoryPath } from './derive-reference.js';
import { matchesShortId, parseDigest } from './digest.js';
import { apiHost } from './docker-hub.js';
import { parseImageReference } from './parse-image-reference.js';
import { registryAddress } from './registry-address.js';

const DIGEST = `sha256:${'ab12'.repeat(16)}`;
const parse = parseImageReference;

describe('forms of a reference', () => {
  it.each([
    ['ruby', 'docker.io/library/ruby:latest'],
    ['centos/ruby:2', 'docker.io/centos/ruby:2'],
    ['index.docker.io/ruby', 'index.docker.io/library/ruby:latest'],
    ['quay.io/ruby', 'quay.io/ruby:latest'],
  ])('a client takes %s for %s', (text, expected) => {
    expect(exactReference(clientDefaults(parse(text)))).toBe(expected);
  });

  it('fills in the tag even beside a digest', () => {
    expect(clientDefaults(parse(`ruby@${DIGEST}`))).toMatchObject({ tag: 'latest', id: DIGEST });
  });

  it.each([
    ['an id beats the tag', parse(`x/y:1@${DIGEST}`), `x/y@${DIGEST}`],
    ['an id that is no digest stands as a tag', { ...parse('x/y:1'), id: 'abc' }, 'x/y:abc'],
    ['a registry alone is nothing', parse('my.repo.com'), ''],
  ])('exactly: %s', (_name, reference, expected) => {
    expect(exactReference(reference)).toBe(expected);
  });

  it('names the path on the registry', () => {
    expect(repositoryPath(parse('quay.io/a/b/c:1'))).toBe('a/b/c');
  });
});

describe('registries', () => {
  it.each([
    ['', false, 'docker.io', '443'],
    ['quay.io', true, 'quay.io', '80'],
    ['lab:5000', true, 'lab', '5000'],
  ])('%p (insecure: %p) is %s port %s', (registry, insecure, host, port) => {
    expect(registryAddress(registry, insecure)).toEqual({ host, port });
  });

  it('asks docker hub under its API name', () => {
    expect(['docker.io', 'index.docker.io', ''].map(apiHost)).toEqual(Array(3).fill('registry-1.docker.io'));
  });
});

describe('digests', () => {
  it.each([
    ['a hex prefix', DIGEST, 'ab12ab', true],
    ['a prefix with its algorithm', DIGEST, 'sha256:ab12', true],
    ['the whole digest', DIGEST, DIGEST, true],
    ['a part from the middle', DIGEST, '12ab', false],
    ['a prefix of an id that is no digest', 'layer-1', 'layer', true],
  ])('finds an image by %s', (_name, digest, shortId, expected) => {
    expect(matchesShortId(digest, shortId)).toBe(expected);
  });

  it('takes apart', () => {
    expect(parseDigest(`sha512:${'0'.repeat(128)}`)).toEqual({ algorithm: 'sha512', hex: '0'.repeat(128) });
    expect(() => parseDigest(`sha256:${'A'.repeat(64)}`)).toThrow('invalid checksum digest format');
    expect(() => parseDigest('constructor:00')).toThrow('unsupported digest algorithm');
  });
});
