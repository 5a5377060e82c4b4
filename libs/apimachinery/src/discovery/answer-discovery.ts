import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { AVAILABLE, negotiate, parseAccept } from '../negotiation/accept.js';
import { notAcceptable } from '../status/errors.js';
import type { Discovery } from './discovery.js';
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery-documents.js';

/** A complete small answer. */
export interface PlainAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface DiscoveryAsk {
  /** Decoded parts of the path: `['apis', 'image.openshift.io', 'v1']`. */
  parts: readonly string[];
  accept?: string;
  ifNoneMatch?: string;
  /** Host and port as the client reached us (`Host` header). */
  host?: string;
}

/** What owners answer each other on `GET /apis`: their whole `Discovery`, storage hashes included. */
export const DISCOVERY_MEDIA_TYPE = 'application/json;g=discovery.faktorz.io;v=v1;as=Discovery';

/** For paths no served group-version has. */
export const PAGE_NOT_FOUND: PlainAnswer = {
  status: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  body: '404 page not found\n',
};

/**
 * Answers `/api`, `/apis`, `/apis/<group>`, `/api/<version>` and `/apis/<group>/<version>`; undefined for every other
 * path. Throws NotAcceptable.
 */
export function answerDiscovery(discovery: Discovery, ask: DiscoveryAsk): PlainAnswer | undefined {
  const { parts } = ask;
  if (parts.length === 1 && (parts[0] === 'api' || parts[0] === 'apis'))
    return rootAnswer(discovery, ask, parts[0] === 'api');
  const document = deeperDocument(discovery, parts);
  return document === undefined ? undefined : encoded(document, ask);
}

function rootAnswer(discovery: Discovery, ask: DiscoveryAsk, isCore: boolean): PlainAnswer {
  for (const { type, parameters } of parseAccept(ask.accept)) {
    const isJson = type === 'application/json' || type === '*/*' || type === 'application/*';
    if (isJson && parameters['as'] === undefined) break;
    if (!isJson && type !== 'application/yaml') continue;
    if (!isJson) break;
    const { g, v, as } = parameters;
    if (g === 'discovery.faktorz.io' && v === 'v1' && as === 'Discovery') {
      return tagged(discovery, DISCOVERY_MEDIA_TYPE, ask);
    }
    if (g === 'apidiscovery.k8s.io' && as === 'APIGroupDiscoveryList' && (v === 'v2' || v === 'v2beta1')) {
      return tagged(
        aggregatedDiscovery(discovery, v, isCore),
        `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`,
        ask,
      );
    }
  }
  return encoded(isCore ? apiVersions(discovery, ask.host ?? '') : apiGroupList(discovery), ask);
}

function deeperDocument(discovery: Discovery, parts: readonly string[]): object | undefined {
  const [root, ...rest] = parts;
  if (root === 'apis' && rest.length === 1) {
    const group = discovery.groups.find(({ name }) => name !== '' && name === rest[0]);
    return group && apiGroup(group);
  }
  const [groupName, versionName] = root === 'api' ? ['', rest[0]] : rest;
  if ((root !== 'api' || rest.length !== 1) && (root !== 'apis' || rest.length !== 2)) return undefined;
  if (root === 'apis' && groupName === '') return undefined;
  const group = discovery.groups.find(({ name }) => name === groupName);
  const version = group?.versions.find((served) => served.version === versionName);
  return group && version && apiResourceList(group.name, version);
}

function encoded(document: object, ask: DiscoveryAsk): PlainAnswer {
  const { format, shape } = negotiate(ask.accept, { shapes: false, yaml: true, protobuf: false });
  if (shape.as !== 'Object') throw notAcceptable(AVAILABLE);
  if (format === 'yaml') return tagged(document, 'application/yaml', ask, stringify(document));
  return tagged(document, 'application/json', ask);
}

function tagged(
  document: object,
  contentType: string,
  ask: DiscoveryAsk,
  body = `${JSON.stringify(document)}\n`,
): PlainAnswer {
  const etag = `"${createHash('sha256').update(contentType).update(body).digest('hex').toUpperCase()}"`;
  const headers = { ETag: etag, Vary: 'Accept', 'Cache-Control': 'public' };
  const isKnown = ask.ifNoneMatch?.split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
  if (isKnown) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'Content-Type': contentType }, body };
}
