/** Schemas every API shares, and the OpenAPI documents made of resource definitions and merged of those of several services. */
export { coreSchemas, referenceSchemas } from './core-schemas.js';
export { openApiV2Document, openApiV3Document, type OpenApiV2Document, type OpenApiV3Document } from './documents.js';
export { mergeOpenApiV2, mergeOpenApiV3, openApiV3Index, type OpenApiV3Index } from './merge-documents.js';
export { messageSchemas, type MessagePackages, type MessageTraits } from './message-schemas.js';
export { metaSchemas } from './meta-schemas.js';
export { fieldOf, kindSchema, listSchema, structSchema, type GroupVersionKind } from './schema-fields.js';
export { encodeOpenApiV2, OPENAPI_V2_PROTOBUF, openApiV2Protobuf } from './v2-protobuf.js';
