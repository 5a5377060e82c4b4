import type { ApiClient } from '../client/api-client.js';
import { isNotFound } from '../client/api-error.js';
import type { ApiResource } from '../client/discovery.js';
import { CommandError } from '../errors.js';

/** An OpenAPI schema, as far as explaining needs it. */
export interface OpenApiSchema {
  type?: string;
  format?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, OpenApiSchema>;
  required?: string[];
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema | boolean;
  $ref?: string;
  allOf?: OpenApiSchema[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

/** The schemas of one group version. */
export class SchemaDocument {
  private constructor(private readonly schemas: Readonly<Record<string, OpenApiSchema>>) {}

  static async read(client: ApiClient, group: string, version: string): Promise<SchemaDocument> {
    const index = await client.get('/openapi/v3', undefined, 'application/json');
    const paths = index.paths as Record<string, { serverRelativeURL: string }> | undefined;
    const entry = paths?.[group === '' ? `api/${version}` : `apis/${group}/${version}`];
    if (!entry) throw new CommandError(`couldn't find resource for "${group}/${version}"`);
    const [path = '', query] = entry.serverRelativeURL.split('?');
    const document = await client
      .get(path, query ? Object.fromEntries(new URLSearchParams(query)) : undefined, 'application/json')
      .catch((error: unknown) => {
        if (isNotFound(error))
          throw new CommandError(`the server has no schema for ${group}/${version}`, 1, { cause: error });
        throw error;
      });
    const components = document.components as { schemas?: Record<string, OpenApiSchema> } | undefined;
    return new SchemaDocument(components?.schemas ?? {});
  }

  /** The schema of a kind; undefined where the document has none. */
  ofKind({ group, version, kind }: Pick<ApiResource, 'group' | 'version' | 'kind'>): OpenApiSchema | undefined {
    return Object.values(this.schemas).find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some(
        (one) => one.group === group && one.version === version && one.kind === kind,
      ),
    );
  }

  /** The schema itself, whatever references lead to it. */
  resolve(schema: OpenApiSchema): OpenApiSchema {
    const reference =
      schema.$ref ?? (schema.allOf?.length === 1 && !schema.properties ? schema.allOf[0]?.$ref : undefined);
    const target = reference === undefined ? undefined : this.schemas[nameOfReference(reference)];
    return target ? this.resolve(target) : schema;
  }

  /** What a field's fields are: through lists and maps to the schema inside. */
  inner(schema: OpenApiSchema): OpenApiSchema {
    const resolved = this.resolve(schema);
    if (resolved.items) return this.inner(resolved.items);
    if (typeof resolved.additionalProperties === 'object' && !resolved.properties)
      return this.inner(resolved.additionalProperties);
    return resolved;
  }
}

function nameOfReference(reference: string): string {
  return decodeURIComponent(reference.split('/').at(-1) ?? '').replaceAll('~1', '/');
}

/** How a field's type reads: `string`, `[]TagReference`, `map[string]string`, `Object`. */
export function typeName(schema: OpenApiSchema): string {
  if (schema.items) return `[]${typeName(schema.items)}`;
  if (typeof schema.additionalProperties === 'object') return `map[string]${typeName(schema.additionalProperties)}`;
  if (schema.allOf?.length === 1 && !schema.properties && schema.allOf[0]) return typeName(schema.allOf[0]);
  if (schema.$ref) return nameOfReference(schema.$ref).split('.').at(-1) || 'Object';
  return schema.type && schema.type !== 'object' ? schema.type : 'Object';
}
