import { describe, expect, it } from '@jest/globals';
import { type ApiResource, Discovery } from '../client/discovery.js';
import { fromAggregated, fromResourceList } from '../client/discovery-documents.js';
import { resourcePath } from '../client/resource-path.js';
import { ApiError } from '../client/api-error.js';
import { describeListFailure } from './list-failure.js';
import { parseManifest } from './parse-manifest.js';
import { parseTargets } from './resource-arguments.js';

function resource(group: string, plural: string, kind: string, more: Partial<ApiResource> = {}): ApiResource {
  const about = {
    shortNames: [],
    categories: [],
    verbs: ['get', 'list'],
    subresources: [],
    version: 'v1',
    namespaced: true,
  };
  return { ...about, group, plural, kind, singular: kind.toLowerCase(), ...more };
}

const STREAMS = resource('image.openshift.io', 'imagestreams', 'ImageStream', {
  shortNames: ['is'],
  categories: ['all'],
});
const TAGS = resource('image.openshift.io', 'imagestreamtags', 'ImageStreamTag', { shortNames: ['istag'] });
const SECRETS = resource('', 'secrets', 'Secret');
const IMAGES = resource('image.openshift.io', 'images', 'Image', { namespaced: false });
const DISCOVERY = new Discovery([SECRETS, IMAGES, STREAMS, TAGS], ['v1', 'image.openshift.io/v1']);
const RULES = { program: 'faktorz', verb: 'get', allowKindAlone: true };

describe('what words name', () => {
  it.each(['is', 'imagestream', 'ImageStreams', 'imagestreams.image.openshift.io', 'is.v1.image.openshift.io'])(
    '%s are streams',
    (word) => {
      expect(DISCOVERY.find(word)).toBe(STREAMS);
    },
  );

  it('takes a category for all its kinds and refuses what nobody serves', () => {
    expect(DISCOVERY.resolve('all')).toEqual([STREAMS]);
    expect(() => DISCOVERY.resolve('httpd:version11.0')).toThrow(
      `the server doesn't have a resource type "httpd:version11"`,
    );
    expect(DISCOVERY.find('is.apps')).toBeUndefined();
  });

  it.each([
    [['is'], [[STREAMS, undefined]]],
    [
      ['is,secrets'],
      [
        [STREAMS, undefined],
        [SECRETS, undefined],
      ],
    ],
    [
      ['is', 'a', 'b'],
      [
        [STREAMS, 'a'],
        [STREAMS, 'b'],
      ],
    ],
    [
      ['is/a', 'istag/a:1'],
      [
        [STREAMS, 'a'],
        [TAGS, 'a:1'],
      ],
    ],
  ] as const)('%j', (args, expected) => {
    expect(parseTargets(args, DISCOVERY, RULES).map(({ resource: kind, name }) => [kind, name])).toEqual(expected);
  });

  it.each([
    [['is/a', 'b'], {}, 'there is no need to specify a resource type as a separate argument'],
    [['is/a/b'], {}, 'arguments in resource/name form may not have more than one slash'],
    [['is/'], {}, 'arguments in resource/name form must have a single resource and name'],
    [['is', 'a'], { selecting: true }, 'name cannot be provided when a selector is specified'],
    [['is'], { allowKindAlone: false }, 'resource(s) were provided, but no name was specified'],
  ])('refuses %j %j', (args, rules, message) => {
    expect(() => parseTargets(args, DISCOVERY, { ...RULES, ...rules })).toThrow(message);
  });
});

describe('discovery documents', () => {
  it('say the same in the aggregated and in the classic form', () => {
    const verbs = ['get', 'list'];
    const aggregated = fromAggregated({
      items: [
        {
          metadata: { name: 'g.example.net' },
          versions: [
            {
              version: 'v1',
              resources: [
                {
                  resource: 'things',
                  responseKind: { kind: 'Thing' },
                  scope: 'Namespaced',
                  singularResource: 'thing',
                  verbs,
                  shortNames: ['th'],
                  subresources: [{ subresource: 'status' }],
                },
              ],
            },
          ],
        },
      ],
    });
    const classic = fromResourceList({
      groupVersion: 'g.example.net/v1',
      resources: [
        { name: 'things', singularName: 'thing', kind: 'Thing', namespaced: true, verbs, shortNames: ['th'] },
        { name: 'things/status', kind: 'Thing', namespaced: true, verbs },
      ],
    });
    expect(aggregated).toEqual(classic);
  });
});

describe('paths', () => {
  it.each([
    [STREAMS, 'store', 'ruby', '/apis/image.openshift.io/v1/namespaces/store/imagestreams/ruby'],
    [TAGS, 'store', 'ruby:2.0', '/apis/image.openshift.io/v1/namespaces/store/imagestreamtags/ruby:2.0'],
    [STREAMS, undefined, undefined, '/apis/image.openshift.io/v1/imagestreams'],
    [IMAGES, 'store', 'sha256:0', '/apis/image.openshift.io/v1/images/sha256:0'],
    [SECRETS, 'store', 'a/b', '/api/v1/namespaces/store/secrets/a%2Fb'],
  ])('%#', (kind, namespace, name, path) => {
    expect(resourcePath(kind, namespace, name)).toBe(path);
  });
});

describe('manifests', () => {
  it('are read as YAML 1.1: yes is true, times stay text, tags stay strings', async () => {
    const text =
      'apiVersion: v1\nkind: X\nmetadata: {name: "1.0"}\na: yes\nb: 2031-01-02T03:04:05Z\nc: 0x10\n---\n---\napiVersion: v1\nkind: Z\n';
    expect(await parseManifest(text, 'f')).toEqual([
      { apiVersion: 'v1', kind: 'X', metadata: { name: '1.0' }, a: true, b: '2031-01-02T03:04:05Z', c: 16 },
      { apiVersion: 'v1', kind: 'Z' },
    ]);
  });

  it('take lists apart', async () => {
    const list = { apiVersion: 'g/v1', kind: 'ThingList', items: [{ metadata: { name: 'a' } }] };
    expect(await parseManifest(JSON.stringify(list), 'f')).toEqual([
      { apiVersion: 'g/v1', kind: 'Thing', metadata: { name: 'a' } },
    ]);
  });

  it.each([
    ['kind: X', 'error validating "f": error validating data: apiVersion not set'],
    ['a: 1', 'error validating "f": error validating data: [apiVersion not set, kind not set]'],
    ['a: [', 'error parsing f: error converting YAML to JSON: yaml: line 1'],
    ['{"a"', 'unable to decode "f"'],
    ['- a', 'invalid object to validate'],
  ])('refuse %j', async (text, message) => {
    await expect(parseManifest(text, 'f')).rejects.toThrow(message);
  });
});

describe('a list that fails', () => {
  const words = (status: number, selectors = {}) =>
    (describeListFailure(new ApiError({ message: 'why' }, status), STREAMS, selectors) as Error).message;

  it('says which, and with which selectors; a refusal says so itself', () => {
    expect(words(404)).toBe('Unable to list "image.openshift.io/v1, Resource=imagestreams": why');
    expect(words(400, { labelSelector: 'a=', fieldSelector: 'b=c' })).toBe(
      'Unable to find "image.openshift.io/v1, Resource=imagestreams" that match label selector "a=", field selector "b=c": why',
    );
    expect(words(403)).toBe('why');
  });
});
