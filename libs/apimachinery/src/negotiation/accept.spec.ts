import { describe, expect, it } from '@jest/globals';
import { negotiate } from './accept.js';

const ALL = { shapes: true, yaml: true, protobuf: false };

describe('negotiate', () => {
  it.each([
    [undefined, 'json', 'Object'],
    ['*/*', 'json', 'Object'],
    ['application/json, */*', 'json', 'Object'],
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 'json', 'Table'],
    ['application/json;as=Table;v=v2;g=meta.k8s.io,application/json', 'json', 'Object'],
    ['application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'json', 'PartialObjectMetadataList'],
    ['application/vnd.kubernetes.protobuf,application/json', 'json', 'Object'],
    ['application/json;q=0.5,application/yaml', 'yaml', 'Object'],
    ['text/html,application/yaml', 'yaml', 'Object'],
  ])('%s is answered as %s, %s', (header, format, as) => {
    expect(negotiate(header, ALL)).toMatchObject({ format, shape: { as } });
  });

  it.each([
    'text/html',
    'application/vnd.kubernetes.protobuf',
    'application/json;as=Banana;v=v1;g=meta.k8s.io',
    'application/json;q=0',
  ])('refuses %s', (header) => {
    expect(() => negotiate(header, ALL)).toThrow(expect.objectContaining({ reason: 'NotAcceptable' }));
  });
});
