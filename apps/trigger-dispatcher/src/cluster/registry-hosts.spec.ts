import { describe, expect, it } from '@jest/globals';
import { reachableImage } from './registry-hosts.js';

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
