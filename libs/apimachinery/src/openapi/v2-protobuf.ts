import protobuf from 'protobufjs';
import type { ResourceDefinition } from '../resource-definition.js';
import { openApiV2Document, type OpenApiV2Document } from './documents.js';
import { gnosticMessages } from './gnostic-messages.js';

type Json = Record<string, unknown>;

/** Media type of the protobuf form: kubectl's fall-back, which cannot read JSON. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** The OpenAPI 2.0 document of all resources, in protobuf. */
export function openApiV2Protobuf(definitions: readonly ResourceDefinition[]): Uint8Array {
  return encodeOpenApiV2(openApiV2Document(definitions));
}

/** An OpenAPI 2.0 document in gnostic's protobuf. */
export function encodeOpenApiV2(document: OpenApiV2Document): Uint8Array {
  const type = documentType();
  const message = {
    swagger: document.swagger,
    info: document.info,
    paths: { path: named(document.paths, pathItem) },
    definitions: { additionalProperties: named(document.definitions, schemaMessage) },
  };
  return type.encode(type.fromObject(message)).finish();
}

let built: protobuf.Type | undefined;

function documentType(): protobuf.Type {
  if (built) return built;
  const nested = Object.fromEntries(
    Object.entries(gnosticMessages).map(([name, text]): [string, protobuf.IType] => {
      return [name, { fields: Object.fromEntries(text.split(' ').map(readField)) }];
    }),
  );
  return (built = protobuf.Root.fromJSON({ nested }).lookupType('Document'));
}

function readField(text: string): [string, protobuf.IField] {
  const [, name = '', type = 'string', id = ''] = /^(\w+)(?::(\S+))?=(\d+)$/.exec(text) ?? [];
  const isList = type.startsWith('[');
  return [name, { type: isList ? type.slice(1, -1) : type, id: Number(id), ...(isList ? { rule: 'repeated' } : {}) }];
}

function named<T>(record: Readonly<Record<string, T>>, message: (value: T) => Json): Json[] {
  return Object.entries(record).map(([name, value]) => ({ name, value: message(value) }));
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

function pathItem(item: Json): Json {
  const message: Json = { parameters: ((item['parameters'] as Json[] | undefined) ?? []).map(parameter) };
  for (const method of METHODS) if (item[method]) message[method] = operation(item[method] as Json);
  return message;
}

function operation(json: Json): Json {
  const { parameters, responses, ...plain } = json as { parameters?: Json[]; responses?: Record<string, Json> } & Json;
  return {
    ...plain,
    parameters: (parameters ?? []).map(parameter),
    responses: { responseCode: named(responses ?? {}, response) },
    vendorExtension: extensions(json),
  };
}

function parameter(json: Json): Json {
  if (json['in'] === 'body')
    return { parameter: { bodyParameter: { ...json, schema: schemaMessage(json['schema'] as Json) } } };
  const kind = json['in'] === 'path' ? 'pathParameterSubSchema' : 'queryParameterSubSchema';
  return { parameter: { nonBodyParameter: { [kind]: json } } };
}

function response({ description, schema }: Json): Json {
  return { response: { description, ...(schema ? { schema: { schema: schemaMessage(schema as Json) } } : {}) } };
}

function schemaMessage(json: Json): Json {
  const { $ref, format, description, required, type, items, properties, additionalProperties } = json;
  return {
    ...($ref === undefined ? {} : { Ref: $ref }),
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
    ...(required === undefined ? {} : { required }),
    ...(json['enum'] === undefined ? {} : { enum: (json['enum'] as unknown[]).map(any) }),
    ...(type === undefined ? {} : { type: { value: [type] } }),
    ...(items === undefined ? {} : { items: { schema: [schemaMessage(items as Json)] } }),
    ...(properties === undefined
      ? {}
      : { properties: { additionalProperties: named(properties as Record<string, Json>, schemaMessage) } }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: { schema: schemaMessage(additionalProperties as Json) } }),
    vendorExtension: extensions(json),
  };
}

function extensions(json: Json): Json[] {
  return Object.entries(json)
    .filter(([key]) => key.startsWith('x-'))
    .map(([name, value]) => ({ name, value: any(value) }));
}

/** A value of any type, as YAML; JSON is that. */
function any(value: unknown): Json {
  return { yaml: `${JSON.stringify(value)}\n` };
}
