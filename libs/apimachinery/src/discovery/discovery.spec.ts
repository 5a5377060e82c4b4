import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition } from '../resource-definition.js';
import { answerDiscovery, DISCOVERY_MEDIA_TYPE } from './answer-discovery.js';
import { discoveryOf, mergeDiscoveries, type Discovery } from './discovery.js';

const object = async (): Promise<KubeObject> => ({ apiVersion: 'x.io/v1', kind: 'Widget', metadata: { name: 'a' } });

function resource(plural: string, extra: Partial<ResourceDefinition> = {}): ResourceDefinition {
  return {
    group: 'x.io',
    version: 'v1',
    kind: plural,
    plural,
    singular: plural.slice(0, -1),
    namespaced: true,
    stored: false,
    schema: 'x',
    schemas: {},
    handlers: { get: object },
    ...extra,
  };
}

const widgets = resource('widgets', {
  stored: true,
  shortNames: ['wg'],
  handlers: { get: object, update: async () => ({ object: await object(), created: false }), create: object },
  subresources: [
    { name: 'token', kind: 'TokenRequest', group: 'auth.io', version: 'v1', schema: 'x', handlers: { create: object } },
    { name: 'status', kind: 'Widget', schema: 'x', handlers: { get: object } },
  ],
});

const ask = (discovery: Discovery, path: string, accept?: string) => {
  const answer = answerDiscovery(discovery, { parts: path.split('/'), accept, host: 'h:1' });
  return answer && (JSON.parse(String(answer.body)) as object);
};

describe('discovery', () => {
  const discovery = discoveryOf([widgets, resource('pods', { group: '' })]);

  it('lists core versions and named groups', () => {
    expect(ask(discovery, 'api')).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: 'h:1' }],
    });
    const entry = { groupVersion: 'x.io/v1', version: 'v1' };
    expect(ask(discovery, 'apis')).toEqual({
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [{ name: 'x.io', versions: [entry], preferredVersion: entry }],
    });
    expect(ask(discovery, 'apis/x.io')).toMatchObject({ kind: 'APIGroup', name: 'x.io', preferredVersion: entry });
  });

  it('lists resources with sorted verbs, subresources and the hash of what is stored', () => {
    expect(ask(discovery, 'apis/x.io/v1')).toEqual({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'x.io/v1',
      resources: [
        {
          name: 'widgets',
          singularName: 'widget',
          namespaced: true,
          kind: 'widgets',
          verbs: ['create', 'get', 'patch', 'update'],
          shortNames: ['wg'],
          storageVersionHash: 'zFl1JYS7Vls=',
        },
        { name: 'widgets/status', singularName: '', namespaced: true, kind: 'Widget', verbs: ['get'] },
        {
          name: 'widgets/token',
          singularName: '',
          namespaced: true,
          group: 'auth.io',
          version: 'v1',
          kind: 'TokenRequest',
          verbs: ['create'],
        },
      ],
    });
    expect(ask(discovery, 'api/v1')).toMatchObject({ groupVersion: 'v1', resources: [{ name: 'pods' }] });
  });

  it.each(['apis/y.io', 'apis/x.io/v2', 'api/v2', 'apis/x.io/v1/widgets'])('has nothing at %s', (path) => {
    expect(ask(discovery, path)).toBeUndefined();
  });

  it('joins what several owners serve under one version', () => {
    const other = discoveryOf([
      resource('gadgets'),
      resource('widgets', {
        handlers: {},
        subresources: [{ name: 'layers', kind: 'Layers', schema: 'x', handlers: { get: object } }],
      }),
    ]);
    const merged = mergeDiscoveries([discovery, other]);
    expect(merged.groups.map(({ name }) => name)).toEqual(['x.io', '']);
    const [gadgets, joined] = merged.groups[0]!.versions[0]!.resources;
    expect(gadgets?.name).toBe('gadgets');
    expect(joined?.verbs).toEqual(['create', 'get', 'patch', 'update']);
    expect(joined?.subresources.map(({ name }) => name)).toEqual(['layers', 'status', 'token']);
    expect(mergeDiscoveries([merged, merged])).toEqual(merged);
  });

  it('answers the aggregated form with its content type, and 304 to who has it', () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
    const answer = answerDiscovery(discovery, { parts: ['apis'], accept })!;
    expect(answer.headers['Content-Type']).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
    );
    expect(JSON.parse(String(answer.body))).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2beta1',
      items: [
        {
          metadata: { name: 'x.io' },
          versions: [
            {
              version: 'v1',
              freshness: 'Current',
              resources: [
                {
                  resource: 'widgets',
                  scope: 'Namespaced',
                  responseKind: { group: '', version: '', kind: 'widgets' },
                  subresources: [
                    { subresource: 'status', responseKind: { group: '', version: '', kind: 'Widget' }, verbs: ['get'] },
                    {
                      subresource: 'token',
                      responseKind: { group: 'auth.io', version: 'v1', kind: 'TokenRequest' },
                      verbs: ['create'],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
    const again = answerDiscovery(discovery, { parts: ['apis'], accept, ifNoneMatch: answer.headers['ETag'] })!;
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it('can be handed on whole', () => {
    expect(ask(discovery, 'apis', DISCOVERY_MEDIA_TYPE)).toEqual(discovery);
  });
});
