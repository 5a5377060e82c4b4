import { describe, expect, it } from '@jest/globals';
import { imageCandidate } from './image-candidate.js';

const DIGEST = `sha256:${'c'.repeat(64)}`;

describe('an image string', () => {
  it.each([
    ['ruby', { stream: 'ruby', tag: 'latest' }],
    ['ruby:2.0', { stream: 'ruby', tag: '2.0' }],
    ['team/ruby:2.0', undefined],
    ['registry.test:5000/team/ruby:2.0', undefined],
    [`ruby@${DIGEST}`, undefined],
    ['example.com', undefined],
    [' ', undefined],
    ['', undefined],
    ['Not:an:image', undefined],
  ])('%j may mean %j', (image, candidate) => {
    expect(imageCandidate(image, false)).toEqual(candidate);
  });

  it.each([
    ['team/ruby:2.0', { stream: 'ruby', tag: '2.0' }],
    ['registry.test:5000/team/ruby', { stream: 'ruby', tag: 'latest' }],
    [`team/ruby@${DIGEST}`, undefined],
  ])('%j may mean %j where all names are to be resolved', (image, candidate) => {
    expect(imageCandidate(image, true)).toEqual(candidate);
  });
});
