import { describe, expect, it } from '@jest/globals';
import { type ImageReference, meantImage, type MeantImage } from './meant-image.js';

const DIGEST = `sha256:${'e'.repeat(64)}`;
const SCOPE = { namespace: 'team', resolvesAllNames: false, internalHost: 'registry.test:5000' };
const docker = (name: string): ImageReference => ({ kind: 'DockerImage', namespace: '', name });
const tag = (stream: string, name: string, namespace = 'team', onlyIfLocal = false): MeantImage => ({
  namespace,
  stream,
  tag: name,
  onlyIfLocal,
});

describe('a reference', () => {
  it.each<[ImageReference, MeantImage | undefined]>([
    [docker(`quay.test/x/ruby@${DIGEST}`), { digest: DIGEST }],
    [docker(`ruby@${DIGEST}`), { digest: DIGEST }],
    [docker('ruby'), tag('ruby', 'latest', 'team', true)],
    [docker('ruby:2.0'), tag('ruby', '2.0', 'team', true)],
    [docker('registry.test:5000/other/ruby:2.0'), tag('ruby', '2.0', 'other')],
    [docker('registry.test:5000/ruby'), tag('ruby', 'latest')],
    [docker('quay.test/x/ruby:2.0'), undefined],
    [docker('x/ruby:2.0'), undefined],
    [docker('NOT:an:image'), undefined],
    [docker(' '), undefined],
    [{ kind: 'ImageStreamTag', namespace: '', name: 'ruby:2.0' }, tag('ruby', '2.0')],
    [{ kind: 'ImageStreamTag', namespace: 'other', name: 'ruby:2.0' }, tag('ruby', '2.0', 'other')],
    [{ kind: 'ImageStreamTag', namespace: '', name: 'ruby' }, undefined],
    [{ kind: 'ImageStreamImage', namespace: '', name: `ruby@${DIGEST}` }, { digest: DIGEST }],
    [{ kind: 'ImageStreamImage', namespace: '', name: 'ruby' }, undefined],
    [{ kind: 'Pod', namespace: '', name: 'ruby:2.0' }, undefined],
  ])('%j means %j', (reference, meant) => {
    expect(meantImage(reference, SCOPE)).toEqual(meant);
  });

  it('of an object that resolves all names means a tag of its own namespace', () => {
    const reference = docker('registry.test:5000/other/ruby:2.0');
    expect(meantImage(reference, { ...SCOPE, resolvesAllNames: true })).toEqual(tag('ruby', '2.0'));
  });
});
