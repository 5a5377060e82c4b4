import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { ApiImage, ImageStream } from '../images/image-stream.js';
import { describeGeneric, spellOut } from './generic.js';
import { describeImage } from './image.js';
import { describeImageStream } from './image-stream.js';

const NOW = new Date('2031-05-06T12:00:00Z');
const read = (name: string) => readFileSync(new URL(`./__golden__/${name}`, import.meta.url), 'utf8');
const sample = <T>(name: string) => JSON.parse(read(name)) as T;

describe('streams and images in words', () => {
  it('a stream with every kind of tag', () => {
    expect(describeImageStream(sample<ImageStream>('stream.json'), NOW)).toBe(read('stream.txt'));
  });

  it('a stream without tags', () => {
    const text = describeImageStream({ metadata: { name: 'bare', namespace: 'store' } }, NOW);
    expect(text).toContain('Image Repository:\t<none>\n');
    expect(text.endsWith('Tags:\t\t\t<none>\n')).toBe(true);
  });

  it('an image', () => {
    expect(describeImage(sample<ApiImage>('image.json'), 'shop:1.0', NOW)).toBe(read('image.txt'));
  });

  it('refuses an image whose metadata cannot be read', () => {
    expect(() => describeImage({ metadata: { name: 'x' } }, '', NOW)).toThrow('unable to read image metadata');
  });

  it('anything field by field, but for the credentials in it', () => {
    const spec = { triggers: [{ type: 'GitHub', github: { secret: 'open-sesame', ref: 'main' } }], token: '' };
    const text = describeGeneric({ kind: 'BuildConfig', metadata: { name: 'shop' }, spec }, '');
    expect(text).not.toContain('open-sesame');
    expect(text).toContain('Secret:  <secret>');
    expect(text).toContain('Ref:     main');
  });

  it.each([
    ['dockerImageReference', 'Docker Image Reference'],
    ['uid', 'UID'],
    ['apiVersion', 'API Version'],
    ['hostIPs', 'Host I Ps'],
    ['8080/tcp', '8080/tcp'],
  ])('spells %s out as %s', (key, words) => {
    expect(spellOut(key)).toBe(words);
  });
});
