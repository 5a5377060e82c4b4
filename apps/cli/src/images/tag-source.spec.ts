import { describe, expect, it } from '@jest/globals';
import { readDestination, splitDestination } from './tag-destination.js';
import { tagMessage, type TagOptions, tagRequest } from './tag-request.js';
import { readTagSource } from './tag-source.js';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const OPTIONS: TagOptions = {
  alias: false,
  reference: false,
  scheduled: false,
  insecure: false,
  referencePolicy: 'Source',
  importMode: 'Legacy',
};

describe('what the source of a tag is', () => {
  it.each([
    ['registry.example.net/shop/web:1', 'DockerImage'],
    ['localhost:5000/web', 'DockerImage'],
    ['ruby:2.0', 'ImageStreamTag'],
    ['store/ruby:2.0', 'ImageStreamTag'],
    [`ruby@${DIGEST}`, 'ImageStreamImage'],
    ['ruby', 'DockerImage'],
  ])('%s is a %s', (source, kind) => {
    expect(readTagSource(source, '').kind).toBe(kind);
  });

  it.each([
    ['docker', 'ruby:2.0', 'DockerImage'],
    ['istag', 'ruby:2.0', 'ImageStreamTag'],
    ['ImageStreamImage', `ruby@${DIGEST}`, 'ImageStreamImage'],
  ])('--source=%s makes %s a %s', (word, source, kind) => {
    expect(readTagSource(source, word).kind).toBe(kind);
  });

  it.each([
    ['istag', 'registry.example.net/a/b:1', 'server in SOURCE is only allowed when providing a container image'],
    ['istag', 'ruby', '--source=ImageStreamTag requires a valid <name>:<tag> in SOURCE'],
    ['isimage', 'ruby:1', '--source=ImageStreamImage requires a valid <name>@<id> in SOURCE'],
    ['', 'UPPER', 'invalid SOURCE: repository name must be lowercase'],
    [
      'podman',
      'ruby:1',
      'invalid source "podman"; valid values are docker, dockerimage, imagestreamimage, imagestreamtag, isimage, istag',
    ],
  ])('--source=%s refuses %s', (word, source, message) => {
    expect(() => readTagSource(source, word)).toThrow(message);
  });
});

describe('where a tag goes', () => {
  it('stays in the current project unless another is named', () => {
    expect(readDestination('ruby:1', 'store')).toEqual({ namespace: 'store', nameAndTag: 'ruby:1' });
    expect(readDestination('shop/ruby:1', 'store')).toEqual({ namespace: 'shop', nameAndTag: 'ruby:1' });
  });

  it.each([
    ['a/b/c:1', 'invalid image stream "a/b/c:1"'],
    ['/b:1', 'invalid namespace "" for image stream "/b:1"'],
    ['a/', 'invalid name "" for image stream "a/"'],
  ])('refuses %s', (argument, message) => {
    expect(() => readDestination(argument, 'store')).toThrow(message);
  });

  it('needs a tag', () => {
    expect(() => splitDestination(readDestination('ruby', 'store'))).toThrow(
      '"ruby" must be of the form <stream_name>:<tag>',
    );
  });
});

describe('what is sent and said', () => {
  const here = readDestination('ruby:new', 'store');
  const there = readDestination('shop/ruby:new', 'store');

  it('names the source project only where the tag goes elsewhere or the source said so', () => {
    const image = readTagSource(`ruby@${DIGEST}`, '');
    expect(tagRequest(image, here, OPTIONS, 'store').tag).toMatchObject({
      from: { namespace: undefined },
      generation: null,
    });
    expect(tagRequest(image, there, OPTIONS, 'store').tag).toMatchObject({
      from: { namespace: 'store', name: `ruby@${DIGEST}` },
    });
  });

  it('asks for an outside image to be looked at again', () => {
    const outside = readTagSource('registry.example.net/shop/web:1', '');
    expect(tagRequest(outside, here, { ...OPTIONS, scheduled: true }, 'store').tag).toMatchObject({
      from: { kind: 'DockerImage', name: 'registry.example.net/shop/web:1' },
      generation: 0,
      importPolicy: { scheduled: true, importMode: 'Legacy' },
    });
  });

  it.each([
    ['ruby:1', here, {}, 'Tag ruby:new set to ruby:1.'],
    ['ruby:1', there, {}, 'Tag shop/ruby:new set to ruby:1.'],
    ['ruby:1', here, { alias: true }, 'Tag ruby:new set up to track ruby:1.'],
    ['r.example.net/a/b:1', here, { scheduled: true }, 'Tag ruby:new set to import r.example.net/a/b:1 periodically.'],
    ['r.example.net/a/b:1', there, { scheduled: true }, 'Tag shop/ruby:new set to r.example.net/a/b:1 periodically.'],
  ])('%s', (source, destination, change, message) => {
    expect(tagMessage(readTagSource(source, ''), destination, { ...OPTIONS, ...change }, 'store')).toBe(message);
  });
});
