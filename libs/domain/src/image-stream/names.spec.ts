import { describe, expect, it } from '@jest/globals';
import { resolveAlias, type AliasProblem } from './alias.js';
import { isRepositoryNameTooLong, streamNameProblems } from './stream-name.js';
import { defaultTagReference } from './tag-defaults.js';
import { isTagName } from './tag-name.js';
import { InvalidVirtualName, parseImageStreamImageName, parseImageStreamTagName } from './virtual-names.js';

describe('names of streams', () => {
  it.each(['ruby', 'a-b', 'a.b_c', '0'])('takes %s', (name) => expect(streamNameProblems(name)).toEqual([]));

  it.each([
    ['Ruby', 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"'],
    ['a__b', 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"'],
    ['a:b', 'must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"'],
    ['a/b', "may not contain '/'"],
    ['a%b', "may not contain '%'"],
    ['..', "may not be '..'"],
  ])('refuses %s', (name, problem) => expect(streamNameProblems(name)).toEqual([problem]));

  it('counts the namespace', () => {
    expect(isRepositoryNameTooLong('n'.repeat(100), 's'.repeat(154))).toBe(false);
    expect(isRepositoryNameTooLong('n'.repeat(100), 's'.repeat(155))).toBe(true);
  });
});

describe('names of virtual resources', () => {
  it('takes a tag name apart', () => {
    expect(parseImageStreamTagName('ruby:2.0')).toEqual({ stream: 'ruby', tag: '2.0' });
  });

  it.each(['ruby', 'ruby:', ':2.0', 'a:b:c', 'ruby:2@x'])('refuses the tag name %s', (text) => {
    expect(() => parseImageStreamTagName(text)).toThrow('ImageStreamTags must be retrieved with <name>:<tag>');
    expect(() => parseImageStreamTagName(text, 'ImageTags')).toThrow('ImageTags must be retrieved with <name>:<tag>');
  });

  it('takes an image name apart', () => {
    expect(parseImageStreamImageName('ruby@sha256:abc')).toEqual({ stream: 'ruby', id: 'sha256:abc' });
  });

  it.each(['ruby', 'ruby@', '@abc', 'a@b@c'])('refuses the image name %s', (text) => {
    expect(() => parseImageStreamImageName(text)).toThrow(InvalidVirtualName);
  });
});

describe('names of tags, as oc takes them', () => {
  it.each(['latest', '_x', '1.0-a_b', 'x'.repeat(128)])('takes %s', (name) => expect(isTagName(name)).toBe(true));
  it.each(['', '-x', '.x', 'a b', 'a/b', 'x'.repeat(129)])('refuses %p', (name) => expect(isTagName(name)).toBe(false));
});

describe('resolveAlias', () => {
  const from = (name: string, namespace?: string) => ({
    kind: 'ImageStreamTag',
    name,
    ...(namespace && { namespace }),
  });
  const tags = new Map(
    [
      { name: 'end', from: { kind: 'DockerImage', name: 'x/y:1' } },
      { name: 'pushed' },
      { name: 'short', from: from('end') },
      { name: 'long', from: from('app:short', 'shop') },
      { name: 'self', from: from('self') },
      { name: 'one', from: from('app:two') },
      { name: 'two', from: from('one') },
      { name: 'elsewhere', from: from('other:end') },
      { name: 'abroad', from: from('app:end', 'attic') },
      { name: 'broken', from: from('a:b:c') },
      { name: 'dangling', from: from('nothing') },
    ].map((tag) => [tag.name, defaultTagReference(tag)]),
  );
  const resolve = (tag: string) => resolveAlias({ namespace: 'shop', name: 'app' }, tag, (name) => tags.get(name));

  it.each([
    ['end', 'end', false],
    ['pushed', 'pushed', false],
    ['short', 'end', true],
    ['long', 'end', true],
  ])('%s leads to %s', (tag, end, isAlias) => {
    expect(resolve(tag)).toMatchObject({ tag: end, isAlias, reference: { name: end } });
  });

  it.each<[string, AliasProblem]>([
    ['self', 'circular'],
    ['one', 'circular'],
    ['elsewhere', 'other-stream'],
    ['abroad', 'other-stream'],
    ['broken', 'invalid'],
    ['dangling', 'not-found'],
  ])('%s leads nowhere: %s', (tag, problem) => {
    expect(resolve(tag)).toMatchObject({ problem });
  });
});
