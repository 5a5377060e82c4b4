import { describe, expect, it } from '@jest/globals';
import { RoutingTable } from './routing-table.js';

const image = (resource: string) => ({ group: 'image.openshift.io', version: 'v1', resource });
const table = new RoutingTable([
  { owner: 'tag-tracker', resources: [image('imagestreams'), image('imagestreamtags')] },
  { owner: 'importer', resources: [image('imagestreamimports'), image('imagestreams')] },
  { owner: 'auth', resources: [{ group: '', version: 'v1', resource: 'secrets' }] },
]);

describe('RoutingTable', () => {
  it.each([
    ['image.openshift.io', 'v1', 'imagestreams', { owner: 'tag-tracker' }],
    ['image.openshift.io', 'v1', 'imagestreamimports', { owner: 'importer' }],
    ['', 'v1', 'secrets', { owner: 'auth' }],
    ['', 'v1', 'pods', 'unknown-resource'],
    ['image.openshift.io', 'v2', 'imagestreams', 'unknown-group'],
    ['apps', 'v1', 'deployments', 'unknown-group'],
  ])('%s %s %s', (group, version, resource, expected) => {
    expect(table.find(group, version, resource)).toEqual(expected);
  });
});
