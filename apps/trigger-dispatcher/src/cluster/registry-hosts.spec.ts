import { describe, expect, it } from '@jest/globals';
import { insideImage, reachableImage } from './registry-hosts.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('an image, for another cluster', () => {
  it.each([
    [`in:5000/team/ruby@${DIGEST}`, { internal: 'in:5000' }, undefined, `in:5000/team/ruby@${DIGEST}`],
    [`in:5000/team/ruby@${DIGEST}`, { internal: 'in:5000', public: 'out' }, undefined, `out/team/ruby@${DIGEST}`],
    [`in:5000/team/ruby@${DIGEST}`, { internal: 'in:5000', public: 'out' }, 'edge:1', `edge:1/team/ruby@${DIGEST}`],
    [`quay.test/team/ruby@${DIGEST}`, { internal: 'in:5000', public: 'out' }, 'edge', `quay.test/team/ruby@${DIGEST}`],
    ['in:5000x/team/ruby:1', { internal: 'in:5000', public: 'out' }, undefined, 'in:5000x/team/ruby:1'],
    ['ruby:1', { public: 'out' }, 'edge', 'ruby:1'],
  ])('%s with %j and %j is %s', (image, hosts, registryHost, expected) => {
    expect(reachableImage(image, hosts, registryHost)).toBe(expected);
  });
});

describe('an image of another cluster, inside', () => {
  const hosts = { internal: 'in:5000', public: 'out' };
  it.each([
    ['edge:1/team/ruby:2', hosts, 'edge:1', 'in:5000/team/ruby:2'],
    ['out/team/ruby:2', hosts, 'edge:1', 'in:5000/team/ruby:2'],
    ['out/team/ruby:2', hosts, undefined, 'in:5000/team/ruby:2'],
    ['in:5000/team/ruby:2', hosts, 'edge:1', 'in:5000/team/ruby:2'],
    ['edge:10/team/ruby:2', hosts, 'edge:1', 'edge:10/team/ruby:2'],
    ['ruby:2', hosts, 'edge:1', 'ruby:2'],
    ['out/team/ruby:2', { public: 'out' }, undefined, 'out/team/ruby:2'],
  ])('%s with %j and %j is %s', (image, known, registryHost, expected) => {
    expect(insideImage(image, known, registryHost)).toBe(expected);
  });
});
