import { isDeepStrictEqual } from 'node:util';
import type { OpenApiV2Document, OpenApiV3Document } from './documents.js';

/** An index of `/openapi/v3`: where the document of each group and version lies. */
export interface OpenApiV3Index {
  paths: Record<string, { serverRelativeURL: string }>;
}

/**
 * The index of the given groups and versions (`image.openshift.io/v1`, core: `v1`), each with the hash of its document.
 */
export function openApiV3Index(documents: ReadonlyMap<string, { hash: string }>): OpenApiV3Index {
  const paths: OpenApiV3Index['paths'] = {};
  for (const [groupVersion, { hash }] of documents) {
    const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  return { paths };
}

/** One document of a group whose resources several services own: paths of all, and each component once. */
export function mergeOpenApiV3(documents: readonly OpenApiV3Document[]): OpenApiV3Document {
  const paths: OpenApiV3Document['paths'] = {};
  const schemas: OpenApiV3Document['components']['schemas'] = {};
  for (const document of documents) {
    mergePaths(paths, document.paths);
    for (const [name, schema] of Object.entries(document.components.schemas)) schemas[name] ??= schema;
  }
  const [first] = documents;
  return {
    openapi: first?.openapi ?? '3.0.0',
    info: first?.info ?? { title: 'FaktorZ', version: 'v1' },
    paths: sorted(paths),
    components: { schemas: sorted(schemas) },
  };
}

/**
 * One document of all services. Where two services mean different things by one definition, the later gets a name of
 * its own (`…ListMeta_v2`), as Kubernetes' aggregator does: put the core API first.
 */
export function mergeOpenApiV2(documents: readonly OpenApiV2Document[]): OpenApiV2Document {
  const paths: OpenApiV2Document['paths'] = {};
  const definitions: OpenApiV2Document['definitions'] = {};
  for (const document of documents) {
    const renamed = withFreeNames(document, definitions);
    mergePaths(paths, renamed.paths);
    for (const [name, definition] of Object.entries(renamed.definitions)) definitions[name] ??= definition;
  }
  return {
    swagger: '2.0',
    info: documents[0]?.info ?? { title: 'FaktorZ', version: 'v1' },
    paths: sorted(paths),
    definitions: sorted(definitions),
  };
}

/** The document with definitions renamed that another one under the same name contradicts. */
function withFreeNames(document: OpenApiV2Document, taken: OpenApiV2Document['definitions']): OpenApiV2Document {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(document.definitions)) {
    const present = taken[name];
    if (present === undefined || isDeepStrictEqual(essence(present), essence(definition))) continue;
    let number = 2;
    while (isContradicted(taken[`${name}_v${number}`], definition)) number++;
    names.set(name, `${name}_v${number}`);
  }
  if (names.size === 0) return document;
  const renamed = renameReferences(document, names) as OpenApiV2Document;
  const definitions = Object.entries(renamed.definitions).map(
    ([name, definition]) => [names.get(name) ?? name, definition] as const,
  );
  return { ...renamed, definitions: Object.fromEntries(definitions) };
}

function isContradicted(present: object | undefined, definition: object): boolean {
  return present !== undefined && !isDeepStrictEqual(essence(present), essence(definition));
}

/** What a definition says: no texts, and references by the name they had before any renaming. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => !(key === 'description' && typeof inner === 'string'));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === '$ref' ? String(inner).replace(/_v\d+$/, '') : essence(inner)]),
  );
}

const PREFIX = '#/definitions/';

function renameReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key === '$ref' && typeof inner === 'string' ? names.get(inner.slice(PREFIX.length)) : undefined;
      return [key, name === undefined ? renameReferences(inner, names) : PREFIX + name];
    }),
  );
}

/** Several services may answer the methods of one path. */
function mergePaths(
  into: Record<string, Record<string, unknown>>,
  from: Record<string, Record<string, unknown>>,
): void {
  for (const [path, item] of Object.entries(from)) into[path] = { ...item, ...into[path] };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
