import { describe, expect, it } from '@jest/globals';
import { applyServerSide, decodeBody, updateManagedFields, type KubeObject, type Schema } from '@faktorz/apimachinery';
import { imageSchemas } from './image-schemas.js';
import { IMAGE_API_VERSION, imageSchemaName } from './names.js';

const type = { schema: imageSchemaName('ImageStream'), schemas: imageSchemas };
const now = new Date('2026-05-06T07:08:09Z');

const tag = (name: string, from?: object) => ({
  name,
  annotations: null,
  ...(from ? { from } : {}),
  generation: null,
  importPolicy: { importMode: 'Legacy' },
  referencePolicy: { type: 'Source' },
});

const stream = (spec: object, metadata: object = {}): KubeObject =>
  ({
    apiVersion: IMAGE_API_VERSION,
    kind: 'ImageStream',
    metadata: { name: 'web', ...metadata },
    spec,
  }) as unknown as KubeObject;

function tracked(next: KubeObject, manager: string, old?: KubeObject): KubeObject {
  const copy = structuredClone(next);
  updateManagedFields({ old, next: copy, manager, now, apiVersion: IMAGE_API_VERSION, ...type });
  return copy;
}

const fieldsOf = (object: KubeObject) =>
  Object.fromEntries((object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));

const wholeTag = {
  '.': {},
  'f:annotations': {},
  'f:from': {},
  'f:generation': {},
  'f:importPolicy': { '.': {}, 'f:importMode': {} },
  'f:name': {},
  'f:referencePolicy': { '.': {}, 'f:type': {} },
};

describe('the schemas', () => {
  it('refer only to schemas that are there', () => {
    const references = [...JSON.stringify(imageSchemas).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.filter((name) => !Object.hasOwn(imageSchemas, name))).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['ImageStreamTag', ['tag', 'generation', 'lookupPolicy', 'image']],
    ['ImageTag', ['spec', 'status', 'image']],
    ['ImageStreamImport', ['spec', 'status']],
    ['ImageStreamMapping', ['image', 'tag']],
    ['TagReference', ['name']],
  ])('require of %s %j', (name, required) => {
    expect(imageSchemas[imageSchemaName(name)]?.required).toEqual(required);
  });

  it.each<[string, string, string]>([
    ['ImageStreamSpec', 'tags', 'name'],
    ['ImageStreamStatus', 'tags', 'tag'],
    ['Image', 'signatures', 'name'],
    ['ImageSignature', 'conditions', 'type'],
  ])('merge %s.%s by %s', (name, field, key) => {
    const schema: Schema | undefined = imageSchemas[imageSchemaName(name)]?.properties?.[field];
    expect(schema?.['x-kubernetes-patch-merge-key']).toBe(key);
  });
});

describe('field tracking of a stream', () => {
  it('is by tag, with the source of a tag as a whole, and without what is not set', () => {
    const created = tracked(
      stream({ lookupPolicy: { local: false }, tags: [tag('1', { kind: 'DockerImage', name: 'r/a:1' })] }),
      'maker',
    );
    expect(fieldsOf(created)).toEqual({ maker: { 'f:spec': { 'f:tags': { '.': {}, 'k:{"name":"1"}': wholeTag } } } });
  });

  it('has no entry for a stream without content', () => {
    expect(tracked(stream({ lookupPolicy: { local: false } }), 'maker').metadata).not.toHaveProperty('managedFields');
  });

  it('gives a tag added later to who added it', () => {
    const first = tag('1', { kind: 'DockerImage', name: 'r/a:1' });
    const created = tracked(stream({ lookupPolicy: { local: true }, tags: [first] }), 'maker');
    const metadata = { managedFields: created.metadata.managedFields };
    const added = tag('2', { kind: 'ImageStreamTag', name: '1' });
    const next = tracked(stream({ lookupPolicy: { local: true }, tags: [first, added] }, metadata), 'adder', created);
    expect(fieldsOf(next)['adder']).toEqual({ 'f:spec': { 'f:tags': { 'k:{"name":"2"}': wholeTag } } });
  });

  it('lets an apply own just what it says, and conflict over a source', () => {
    const created = tracked(
      stream({ lookupPolicy: { local: false }, tags: [tag('1', { kind: 'DockerImage', name: 'r/a:1' })] }),
      'maker',
    );
    const applied = stream({ tags: [{ name: '1', from: { kind: 'DockerImage', name: 'r/b:1' } }] });
    const input = { current: created, applied, manager: 'applier', now, apiVersion: IMAGE_API_VERSION, ...type };
    expect(() => applyServerSide({ ...input, force: false })).toThrow(
      'Apply failed with 1 conflict: conflict with "maker" using image.openshift.io/v1: .spec.tags[name="1"].from',
    );
    expect(fieldsOf(applyServerSide({ ...input, force: true }))['applier']).toEqual({
      'f:spec': { 'f:tags': { 'k:{"name":"1"}': { '.': {}, 'f:from': {}, 'f:name': {} } } },
    });
  });
});

describe('decoding', () => {
  const decode = (kind: string, body: object) =>
    decodeBody({
      bytes: Buffer.from(JSON.stringify(body)),
      contentType: 'application/json',
      kind: { group: 'image.openshift.io', version: 'v1', kind },
      schema: imageSchemaName(kind),
      schemas: imageSchemas,
      fieldValidation: 'Strict',
    }).object;

  it('keeps the nulls that mean something, and free-form image metadata', () => {
    const dockerImageMetadata = { kind: 'DockerImage', Config: { Env: ['A=1'], Labels: null } };
    const object = decode('ImageStreamTag', {
      metadata: { name: 'web:1' },
      tag: null,
      image: { metadata: {}, dockerImageMetadata },
    });
    expect(object).toMatchObject({ tag: null, image: { dockerImageMetadata } });
  });

  it('drops flags that are off', () => {
    const importPolicy = { insecure: false, scheduled: true };
    expect(decode('ImageStream', { spec: { tags: [{ name: '1', reference: false, importPolicy }] } })).toMatchObject({
      spec: { tags: [{ name: '1', importPolicy: { scheduled: true } }] },
    });
  });
});
