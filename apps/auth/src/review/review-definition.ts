import type { KubeObject, RequestContext, ResourceDefinition, SchemaLibrary } from '@faktorz/apimachinery';
import { virtualDefinition } from '../schema/stored-definition.js';

/** A kind of question. */
export interface Review<T extends KubeObject> {
  group: string;
  kind: string;
  namespaced?: boolean;
  schema: string;
  schemas: SchemaLibrary;
  create(review: T, context: RequestContext): Promise<T | { status: number; body: object }>;
}

/** A resource that can only be created, and of which nothing is stored: its answer is the review with a status, or something else altogether. */
export function reviewDefinition<T extends KubeObject>({
  group,
  kind,
  namespaced = false,
  schema,
  schemas,
  create,
}: Review<T>): ResourceDefinition {
  return virtualDefinition<T>({
    group,
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced,
    needsNamespace: false,
    schema,
    schemas,
    handlers: { create },
  });
}
