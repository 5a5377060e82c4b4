import { describe, expect, it } from '@jest/globals';
import { GARDEN, gardenKind, gardenSchemas } from '../../test/garden-schemas.js';
import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition, ResourceHandlers } from '../resource-definition.js';
import { coreSchemas } from './core-schemas.js';
import { openApiV2Document, openApiV3Document } from './documents.js';
import { mergeOpenApiV2, mergeOpenApiV3, openApiV3Index } from './merge-documents.js';
import { resourcePaths } from './resource-paths.js';

const unused = () => Promise.reject(new Error('not called'));
const verbs = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, unused])) as ResourceHandlers<KubeObject>;

const gardens: ResourceDefinition = {
  ...gardenKind,
  plural: 'gardens',
  singular: 'garden',
  namespaced: true,
  stored: true,
  schema: GARDEN,
  schemas: gardenSchemas,
  handlers: verbs('get', 'list', 'changes', 'create', 'update', 'delete', 'deleteCollection'),
  subresources: [{ name: 'status', kind: 'Garden', schema: GARDEN, handlers: verbs('get', 'update') }],
};

const secrets: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  stored: true,
  schema: 'io.k8s.api.core.v1.Secret',
  schemas: coreSchemas,
  handlers: verbs('get', 'list'),
};

/** A published document, as far as these tests look into it. */
interface Published {
  paths: Record<
    string,
    { patch: Record<string, unknown> & { parameters: { name: string }[]; requestBody: { content: object } } }
  >;
  components: { schemas: Record<string, PublishedStruct> };
  definitions: Record<string, PublishedStruct>;
}

interface PublishedStruct {
  properties: Record<string, { $ref?: string; items?: object }>;
}

const plain = (value: object): Published => JSON.parse(JSON.stringify(value)) as Published;

describe('resourcePaths', () => {
  it('names every path and operation of a stored, namespaced resource', () => {
    const lines = resourcePaths(gardens).flatMap(({ path, operations }) =>
      operations.map(({ method, action }) => `${method} ${path} ${action}`),
    );
    const root = '/apis/garden.example.org/v1';
    const inNamespace = `${root}/namespaces/{namespace}/gardens`;
    expect(lines).toEqual([
      `get ${root}/gardens list`,
      `get ${inNamespace} list`,
      `post ${inNamespace} post`,
      `delete ${inNamespace} deletecollection`,
      `get ${inNamespace}/{name} get`,
      `put ${inNamespace}/{name} put`,
      `delete ${inNamespace}/{name} delete`,
      `patch ${inNamespace}/{name} patch`,
      `get ${inNamespace}/{name}/status get`,
      `put ${inNamespace}/{name}/status put`,
      `patch ${inNamespace}/{name}/status patch`,
      `get ${root}/watch/gardens watchlist`,
      `get ${root}/watch/namespaces/{namespace}/gardens watchlist`,
      `get ${root}/watch/namespaces/{namespace}/gardens/{name} watch`,
    ]);
  });

  it('has no paths for verbs a resource lacks', () => {
    const createOnly = { ...gardens, namespaced: false, subresources: [], handlers: verbs('create') };
    expect(resourcePaths(createOnly).map(({ path }) => path)).toEqual(['/apis/garden.example.org/v1/gardens']);
  });
});

describe('openApiV3Document', () => {
  const document = plain(openApiV3Document([gardens, secrets], 'garden.example.org/v1'));
  const patch = document.paths['/apis/garden.example.org/v1/namespaces/{namespace}/gardens/{name}']!.patch;

  it('holds only its own group and version', () => {
    expect(Object.keys(document.paths).filter((path) => path.includes('secrets'))).toEqual([]);
    expect(document.components.schemas).not.toHaveProperty('io.k8s.api.core.v1.Secret');
  });

  it('tells clients by PATCH what they may send', () => {
    expect(patch['x-kubernetes-group-version-kind']).toEqual(gardenKind);
    expect(patch['x-kubernetes-action']).toBe('patch');
    expect(patch.parameters.map(({ name }) => name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect(Object.keys(patch.requestBody.content)).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ]);
  });

  it('publishes schemas with their merge keys, and nothing that only this project knows', () => {
    expect(document.components.schemas['org.example.garden.v1.GardenSpec']?.properties['beds']).toMatchObject({
      type: 'array',
      items: { default: {}, allOf: [{ $ref: '#/components/schemas/org.example.garden.v1.Bed' }] },
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(JSON.stringify(document)).not.toContain('x-faktorz');
  });

  it('has every component that one refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    for (const name of references) expect(document.components.schemas).toHaveProperty([name ?? '']);
  });
});

describe('openApiV2Document', () => {
  const document = plain(openApiV2Document([gardens, secrets]));

  it('holds all groups, with plain references and no defaults', () => {
    expect(document.paths).toHaveProperty(['/api/v1/namespaces/{namespace}/secrets/{name}']);
    const spec = document.definitions['org.example.garden.v1.GardenSpec'];
    expect(spec?.properties['beds']?.items).toEqual({ $ref: '#/definitions/org.example.garden.v1.Bed' });
    expect(JSON.stringify(document)).not.toMatch(/"default"|allOf|x-faktorz|#\/components/);
  });

  it('has every definition that one refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, name]) => name);
    for (const name of references) expect(document.definitions).toHaveProperty([name ?? '']);
  });
});

describe('merged documents', () => {
  const imports = {
    ...gardens,
    plural: 'gardenimports',
    singular: 'gardenimport',
    kind: 'GardenImport',
    handlers: verbs('create'),
    subresources: [],
  };

  it('of one group hold the paths of all owners', () => {
    const merged = mergeOpenApiV3([
      openApiV3Document([gardens], 'garden.example.org/v1'),
      openApiV3Document([imports], 'garden.example.org/v1'),
    ]);
    const both = openApiV3Document([gardens, imports], 'garden.example.org/v1');
    expect(merged).toEqual(both);
  });

  it('give a definition that contradicts another a name of its own', () => {
    const merged = plain(
      mergeOpenApiV2([openApiV2Document([secrets]), openApiV2Document([gardens]), openApiV2Document([imports])]),
    );
    const listMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
    expect(merged.definitions[listMeta]?.properties).toHaveProperty('shardInfo');
    expect(merged.definitions[`${listMeta}_v2`]?.properties).not.toHaveProperty('shardInfo');
    expect(merged.definitions['io.k8s.api.core.v1.SecretList']?.properties['metadata']?.$ref).toBe(
      `#/definitions/${listMeta}`,
    );
    expect(merged.definitions['org.example.garden.v1.GardenList']?.properties['metadata']?.$ref).toBe(
      `#/definitions/${listMeta}_v2`,
    );
    expect(Object.keys(merged.definitions).filter((name) => /_v\d+$/.test(name))).toEqual([`${listMeta}_v2`]);
  });

  it('are found by an index of groups and versions', () => {
    const documents = new Map([
      ['v1', { hash: 'A' }],
      ['garden.example.org/v1', { hash: 'B' }],
    ]);
    expect(openApiV3Index(documents)).toEqual({
      paths: {
        'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=A' },
        'apis/garden.example.org/v1': { serverRelativeURL: '/openapi/v3/apis/garden.example.org/v1?hash=B' },
      },
    });
  });
});
