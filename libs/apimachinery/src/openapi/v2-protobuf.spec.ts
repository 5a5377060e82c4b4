import { expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import type { OpenApiV2Document } from './documents.js';
import { encodeOpenApiV2 } from './v2-protobuf.js';

/** A reader of its own, made of the published message definitions as a client knows them. */
const client = protobuf
  .parse(
    `
  syntax = "proto3";
  message Document { string swagger = 1; Info info = 2; Paths paths = 8; Definitions definitions = 9; }
  message Info { string title = 1; string version = 2; }
  message Paths { repeated NamedPathItem path = 2; }
  message NamedPathItem { string name = 1; PathItem value = 2; }
  message PathItem { Operation get = 2; Operation patch = 8; }
  message Operation { string operation_id = 5; repeated string consumes = 7; repeated ParametersItem parameters = 8; repeated NamedAny vendor_extension = 13; }
  message ParametersItem { Parameter parameter = 1; }
  message Parameter { BodyParameter body_parameter = 1; NonBodyParameter non_body_parameter = 2; }
  message BodyParameter { string name = 2; string in = 3; Schema schema = 5; }
  message NonBodyParameter { QueryParameter query_parameter_sub_schema = 3; }
  message QueryParameter { string in = 2; string name = 4; string type = 6; }
  message Definitions { repeated NamedSchema additional_properties = 1; }
  message NamedSchema { string name = 1; Schema value = 2; }
  message Schema { string _ref = 1; string description = 4; repeated string required = 19; TypeItem type = 22; ItemsItem items = 23; Properties properties = 25; repeated NamedAny vendor_extension = 31; }
  message TypeItem { repeated string value = 1; }
  message ItemsItem { repeated Schema schema = 1; }
  message Properties { repeated NamedSchema additional_properties = 1; }
  message NamedAny { string name = 1; Any value = 2; }
  message Any { string yaml = 2; }
`,
  )
  .root.lookupType('Document');

it('writes the document so that clients of the published messages can read it', () => {
  const document: OpenApiV2Document = {
    swagger: '2.0',
    info: { title: 'Garden', version: 'v1' },
    paths: {
      '/beds/{name}': {
        patch: {
          operationId: 'patchBed',
          consumes: ['application/merge-patch+json'],
          parameters: [
            { in: 'body', name: 'body', schema: { $ref: '#/definitions/Bed' } },
            { in: 'query', name: 'dryRun', type: 'string' },
          ],
          responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Bed' } } },
          'x-kubernetes-action': 'patch',
        },
      },
    },
    definitions: {
      Bed: {
        type: 'object',
        description: 'A bed.',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          tags: { type: 'array', items: { type: 'string' } },
          next: { $ref: '#/definitions/Bed' },
        },
        'x-kubernetes-group-version-kind': [{ group: 'g', kind: 'Bed', version: 'v1' }],
      },
    },
  };
  const read = client.toObject(client.decode(encodeOpenApiV2(document)));
  expect(read).toEqual({
    swagger: '2.0',
    info: { title: 'Garden', version: 'v1' },
    paths: {
      path: [
        {
          name: '/beds/{name}',
          value: {
            patch: {
              operationId: 'patchBed',
              consumes: ['application/merge-patch+json'],
              parameters: [
                { parameter: { bodyParameter: { name: 'body', in: 'body', schema: { _ref: '#/definitions/Bed' } } } },
                {
                  parameter: {
                    nonBodyParameter: { queryParameterSubSchema: { in: 'query', name: 'dryRun', type: 'string' } },
                  },
                },
              ],
              vendorExtension: [{ name: 'x-kubernetes-action', value: { yaml: '"patch"\n' } }],
            },
          },
        },
      ],
    },
    definitions: {
      additionalProperties: [
        {
          name: 'Bed',
          value: {
            description: 'A bed.',
            required: ['name'],
            type: { value: ['object'] },
            properties: {
              additionalProperties: [
                { name: 'name', value: { type: { value: ['string'] } } },
                {
                  name: 'tags',
                  value: { type: { value: ['array'] }, items: { schema: [{ type: { value: ['string'] } }] } },
                },
                { name: 'next', value: { _ref: '#/definitions/Bed' } },
              ],
            },
            vendorExtension: [
              {
                name: 'x-kubernetes-group-version-kind',
                value: { yaml: '[{"group":"g","kind":"Bed","version":"v1"}]\n' },
              },
            ],
          },
        },
      ],
    },
  });
});
