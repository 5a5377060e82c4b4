import { describe, expect, it } from '@jest/globals';
import { ImageUsers } from './image-users.js';

const run = {
  keepTagRevisions: 3,
  keepYoungerThanMs: 3_600_000,
  overSizeLimit: false,
  all: true,
  now: new Date('2026-03-04T12:00:00Z'),
};
const metadata = { name: 'cart', namespace: 'shop' };
const containers = [{ image: 'any.host/shop/cart:live' }];

describe('ImageUsers', () => {
  it.each([
    ['Deployment', { template: { spec: { containers } } }],
    ['Job', { template: { spec: { initContainers: containers } } }],
    ['CronJob', { jobTemplate: { spec: { template: { spec: { containers } } } } }],
    ['Pod', { containers }],
    ['BuildConfig', { strategy: { dockerStrategy: { from: { kind: 'ImageStreamTag', name: 'cart:live' } } } }],
  ])('finds what a %s pulls', (kind, spec) => {
    const users = new ImageUsers(run);
    users.add(kind, { metadata, spec });
    expect(users.usage.usesTag('shop', 'cart', 'live')).toBe(true);
  });

  it('passes over pods that ended long ago, and names references that cannot be read', () => {
    const users = new ImageUsers(run);
    const old = { ...metadata, creationTimestamp: '2026-03-01T00:00:00Z' };
    users.add('Pod', { metadata: old, spec: { containers }, status: { phase: 'Succeeded' } });
    users.add('Deployment', { metadata, spec: { template: { spec: { containers: [{ image: 'Not An Image' }] } } } });
    expect(users.usage.usesTag('shop', 'cart', 'live')).toBe(false);
    expect(users.bad).toMatchObject([{ kind: 'Deployment', namespace: 'shop', name: 'cart' }]);
  });
});
