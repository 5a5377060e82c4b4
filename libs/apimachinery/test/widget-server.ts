import {
  createApiServer,
  forbidden,
  jsonEquals,
  nameColumn,
  notFound,
  storedResource,
  unauthorized,
  type ApiServerOptions,
  type KubeObject,
  type ResourceDefinition,
  type Schema,
  type SchemaLibrary,
} from '@faktorz/apimachinery';
import { fastify } from 'fastify';
import { MemoryStorage } from './memory-storage.js';

export interface Widget extends KubeObject {
  spec: { size?: number; color?: string; parts?: { name: string; material?: string }[] };
  status?: { phase?: string };
}

const text: Schema = { type: 'string' };
const metadata: Schema = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
const textMap: Schema = { type: 'object', additionalProperties: text };

const schemas: SchemaLibrary = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {
    type: 'object',
    description: 'ObjectMeta is metadata that all persisted resources must have.',
    properties: {
      name: text,
      generateName: text,
      namespace: text,
      uid: text,
      resourceVersion: text,
      generation: { type: 'integer', format: 'int64' },
      creationTimestamp: { type: 'string', format: 'date-time' },
      deletionTimestamp: { type: 'string', format: 'date-time' },
      deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
      labels: textMap,
      annotations: textMap,
      finalizers: {
        type: 'array',
        items: text,
        'x-kubernetes-list-type': 'set',
        'x-kubernetes-patch-strategy': 'merge',
      },
      ownerReferences: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['uid'],
        'x-kubernetes-patch-merge-key': 'uid',
        'x-kubernetes-patch-strategy': 'merge',
        items: {
          type: 'object',
          properties: { apiVersion: text, kind: text, name: text, uid: text, controller: { type: 'boolean' } },
        },
      },
      managedFields: {
        type: 'array',
        'x-kubernetes-list-type': 'atomic',
        items: {
          type: 'object',
          properties: {
            manager: text,
            operation: text,
            apiVersion: text,
            time: { type: 'string', format: 'date-time' },
            fieldsType: text,
            fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            subresource: text,
          },
        },
      },
    },
  },
  'test.v1.Widget': {
    type: 'object',
    description: 'A widget is a thing to test with.',
    'x-kubernetes-group-version-kind': [{ group: 'test.faktorz.io', version: 'v1', kind: 'Widget' }],
    properties: {
      apiVersion: { ...text, description: 'Version of the schema.' },
      kind: { ...text, description: 'Kind of the object.' },
      metadata,
      spec: {
        description: 'What the widget should be.',
        allOf: [{ $ref: '#/components/schemas/test.v1.WidgetSpec' }],
      },
      status: { type: 'object', description: 'What the widget is.', properties: { phase: text } },
    },
  },
  'test.v1.WidgetSpec': {
    type: 'object',
    properties: {
      size: { type: 'integer', format: 'int32', description: 'How large it is.' },
      color: { ...text, description: 'Which color it has.' },
      parts: {
        type: 'array',
        description: 'What it is made of.',
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: text, material: text }, required: ['name'] },
      },
    },
  },
};

/** A namespaced stored resource with a status subresource, and the core `namespaces`, on storages in memory. */
export function widgetResources() {
  const fields = { 'spec.color': (widget: Widget) => widget.spec.color ?? '' };
  const widgets = new MemoryStorage<Widget>('test.faktorz.io', 'widgets', fields);
  const about = { group: 'test.faktorz.io', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
  const definition: ResourceDefinition<Widget> = {
    ...about,
    singular: 'widget',
    shortNames: ['wg'],
    categories: ['all'],
    stored: true,
    schema: 'test.v1.Widget',
    schemas,
    fields,
    columns: [
      nameColumn,
      { name: 'Size', type: 'integer', description: 'How large it is.', cell: (widget) => widget.spec.size ?? null },
      {
        name: 'Color',
        type: 'string',
        description: 'Its color.',
        priority: 1,
        cell: (widget) => widget.spec.color ?? '',
      },
    ],
    handlers: storedResource(
      widgets,
      {
        default: (widget) => {
          widget.spec ??= {};
          widget.spec.size ??= 1;
        },
        prepareForCreate: (widget) => {
          widget.metadata.generation = 1;
          widget.status = { phase: 'New' };
        },
        prepareForUpdate: (widget, old) => {
          widget.status = old.status;
          if (!jsonEquals({ ...widget.spec }, { ...old.spec }))
            widget.metadata.generation = (old.metadata.generation ?? 0) + 1;
        },
        validate: ({ spec }) =>
          (spec.size ?? 0) > 100
            ? [{ field: 'spec.size', type: 'Invalid', value: spec.size, detail: 'must be at most 100' }]
            : [],
      },
      about,
    ),
    subresources: [
      {
        name: 'status',
        kind: 'Widget',
        schema: 'test.v1.Widget',
        handlers: statusHandlers(widgets, about),
      },
    ],
  };
  const namespaces = new MemoryStorage<KubeObject>('', 'namespaces');
  const aboutNamespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
  const namespaceDefinition: ResourceDefinition = {
    ...aboutNamespaces,
    singular: 'namespace',
    shortNames: ['ns'],
    stored: true,
    schema: 'v1.Namespace',
    schemas: {
      ...schemas,
      'v1.Namespace': {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Namespace' }],
        properties: { apiVersion: text, kind: text, metadata },
      },
    },
    handlers: storedResource(namespaces, {}, aboutNamespaces),
  };
  return { widgets, namespaces, definitions: [namespaceDefinition, definition] as ResourceDefinition[] };
}

function statusHandlers(widgets: MemoryStorage<Widget>, about: Parameters<typeof storedResource>[2]) {
  const { get, update } = storedResource(
    widgets,
    {
      prepareForUpdate: (widget, old) => {
        widget.spec = old.spec;
      },
    },
    about,
  );
  return { get, update };
}

/** Serves the widgets over HTTP on a free port of the loopback; disposing it stops everything. */
export async function startWidgetServer(options: Partial<ApiServerOptions> = {}) {
  const resources = widgetResources();
  const errors: object[] = [];
  const server = createApiServer(resources.definitions, {
    authenticate: async (request) => {
      if (request.headers.authorization === 'Bearer wrong') throw unauthorized();
      return { user: 'alice', groups: [] };
    },
    namespaces: {
      checkNamespace: async (namespace) => {
        const found = await resources.namespaces.get({ name: namespace });
        if (!found) throw notFound('namespaces', '', namespace);
        if (found.metadata.labels?.['going'] === 'away') {
          throw forbidden(
            'widgets',
            'test.faktorz.io',
            '',
            `unable to create new content in namespace ${namespace} because it is being terminated`,
          );
        }
      },
    },
    logger: { error: (facts) => errors.push(facts) },
    ...options,
  });
  const app = fastify();
  server.mount(app);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  await resources.namespaces.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'test', uid: 'b8b7c1d2-0000-4000-8000-000000000001', creationTimestamp: '2026-01-01T00:00:00Z' },
  });
  return { ...resources, errors, app, address, [Symbol.asyncDispose]: () => app.close() };
}
