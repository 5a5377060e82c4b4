import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactReference } from './derive-reference.js';
import { InvalidImageReference, parseImageReference } from './parse-image-reference.js';

const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const part = { registry: '', namespace: '', name: '', tag: '', id: '' };

describe('parseImageReference', () => {
  it.each([
    ['a lone name', 'ruby', { name: 'ruby' }],
    ['a name with a tag', 'ruby:2.0', { name: 'ruby', tag: '2.0' }],
    ['a namespace', 'centos/ruby', { namespace: 'centos', name: 'ruby' }],
    ['a path of three without a registry', 'a/b/c', { namespace: 'a', name: 'b/c' }],
    ['a registry without a namespace', 'quay.io/app', { registry: 'quay.io', name: 'app' }],
    ['a registry and a long path', 'quay.io/a/b/c', { registry: 'quay.io', namespace: 'a', name: 'b/c' }],
    ['a port', 'lab:5000/x/y:1', { registry: 'lab:5000', namespace: 'x', name: 'y', tag: '1' }],
    ['localhost', 'localhost/x/y', { registry: 'localhost', namespace: 'x', name: 'y' }],
    ['a host with capitals', 'Quay.IO/x/y', { registry: 'Quay.IO', namespace: 'x', name: 'y' }],
    ['a digest', `x/y@${SHA256}`, { namespace: 'x', name: 'y', id: SHA256 }],
    ['tag and digest together', `x/y:1@${SHA256}`, { namespace: 'x', name: 'y', tag: '1', id: SHA256 }],
    ['a tag that begins with an underscore', 'ruby:_x', { name: 'ruby', tag: '_x' }],
    ['every separator', 'x/a.b_c__d---e', { namespace: 'x', name: 'a.b_c__d---e' }],
    ['a lone name with a dot, read as a registry', 'nodejs-0.10', { registry: 'nodejs-0.10' }],
    [
      'a lone name beginning with localhost, read as a registry',
      'localhost:5000',
      { registry: 'localhost', tag: '5000' },
    ],
  ])('reads %s', (_name, text, expected) => {
    expect(parseImageReference(text)).toEqual({ ...part, ...expected });
  });

  it.each([
    ['an empty text', '', 'repository name must have at least one component'],
    ['capitals', 'Ruby:2.0', 'repository name must be lowercase'],
    ['capitals in a namespace', 'Centos/ruby', 'repository name must be lowercase'],
    ['capitals behind a registry', 'quay.io/Centos/ruby', 'repository name must be lowercase'],
    ['spaces', 'not a ref', 'invalid reference format'],
    ['a short digest', 'ruby@3a335d7', 'invalid reference format'],
    ['two tags', 'ruby:a:b', 'invalid reference format'],
    ['an empty tag', 'ruby:', 'invalid reference format'],
    ['an empty component', 'quay.io//ruby', 'invalid reference format'],
    ['three underscores', 'x/a___b', 'invalid reference format'],
    ['a leading separator', 'x/-a', 'invalid reference format'],
    ['a long tag', `ruby:${'x'.repeat(129)}`, 'invalid reference format'],
    ['a protocol', 'https://quay.io/a/b', 'invalid reference format'],
    ['a digest of a wrong length', `ruby@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
    ['a digest of another algorithm', `ruby@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    ['a long name', `x/${'a'.repeat(254)}`, 'repository name must not be more than 255 characters'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseImageReference(text)).toThrow(InvalidImageReference);
    expect(() => parseImageReference(text)).toThrow(expect.objectContaining({ message }));
  });

  it('takes a name of 255 characters, host included', () => {
    expect(parseImageReference(`quay.io/x/${'a'.repeat(245)}`).name).toHaveLength(245);
  });

  it('refuses a long hostile text in no time', () => {
    const started = performance.now();
    expect(() => parseImageReference(`${'a'.repeat(50_000)}!`)).toThrow(InvalidImageReference);
    expect(() => parseImageReference(`${'a-'.repeat(25_000)}!`)).toThrow(InvalidImageReference);
    expect(() => parseImageReference('@a'.repeat(10_000))).toThrow(InvalidImageReference);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('reads back what exactReference writes', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/).filter((text) => !text.startsWith('localhost'));
    const reference = fc.record({
      registry: fc.constantFrom('', 'quay.io', 'lab:5000', 'localhost', 'a-b.example.com:80'),
      namespace: fc.oneof(fc.constant(''), word),
      name: word,
      tag: fc.oneof(fc.constant(''), fc.stringMatching(/^\w[\w.-]{0,20}$/)),
      id: fc.constant(''),
    });
    fc.assert(
      fc.property(reference, (wanted) => {
        expect(parseImageReference(exactReference(wanted))).toEqual(wanted);
      }),
    );
  });

  it('throws nothing but InvalidImageReference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        try {
          parseImageReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidImageReference);
        }
      }),
    );
  });
});
