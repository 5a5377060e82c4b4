import { createHash } from 'node:crypto';

/** A document ready to be sent. */
export interface OpenApiFile {
  body: Buffer;
  hash: string;
}

/** The parts of an OpenAPI document (2.0 or 3.0) that differ between owners. */
export interface OpenApiDocument {
  paths?: Record<string, object>;
  definitions?: Record<string, object>;
  components?: { schemas?: Record<string, object>; [part: string]: unknown };
  [part: string]: unknown;
}

/** One document out of those of several owners. What two of them describe, the first one describes. */
export function mergeDocuments(documents: readonly OpenApiDocument[]): OpenApiDocument {
  const [first, ...others] = documents;
  if (first === undefined || others.length === 0) return first ?? {};
  const union = (partsOf: (document: OpenApiDocument) => Record<string, object> | undefined): Record<string, object> =>
    Object.assign({}, ...[...documents].reverse().map(partsOf)) as Record<string, object>;
  return {
    ...first,
    paths: sorted(union(({ paths }) => paths)),
    ...(first.definitions && { definitions: sorted(union(({ definitions }) => definitions)) }),
    ...(first.components && {
      components: { ...first.components, schemas: sorted(union(({ components }) => components?.schemas)) },
    }),
  };
}

export function fileOf(body: Buffer | object): OpenApiFile {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return { body: bytes, hash: createHash('sha512').update(bytes).digest('hex').toUpperCase() };
}

function sorted(record: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
