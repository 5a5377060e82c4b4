import { notAcceptable } from '../status/errors.js';

/** Media types of ordinary answers, in the order error messages name them. */
export const AVAILABLE = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;

/** One entry of an `Accept` header. */
export interface MediaRange {
  /** `application/json`, `application/*`, `*\/*`, in lower case. */
  type: string;
  parameters: Readonly<Record<string, string>>;
  quality: number;
}

/** How a client wants objects: whole, as rows of a table, or only their metadata. */
export type Shape =
  | { as: 'Object' }
  | { as: 'Table'; version: 'v1' | 'v1beta1' }
  | { as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'; version: 'v1' | 'v1beta1' };

/** The representation chosen for an answer. */
export interface Representation {
  format: 'json' | 'yaml' | 'protobuf';
  shape: Shape;
}

/** Entries of an `Accept` header, best first (by `q`, then in order). An absent or empty header accepts anything. */
export function parseAccept(header: string | undefined): MediaRange[] {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: {}, quality: 1 }];
  return header
    .split(',')
    .map(parseMediaRange)
    .filter((range) => range.type !== '' && range.quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/** One media type with its parameters, names in lower case. */
export function parseMediaRange(text: string): MediaRange {
  const [type, ...rest] = text.split(';');
  const parameters: Record<string, string> = {};
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at > 0)
      parameters[part.slice(0, at).trim().toLowerCase()] = part
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1');
  }
  const quality = Number(parameters['q'] ?? 1);
  return { type: type!.trim().toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 };
}

/** What this API can show besides whole objects in JSON. */
export interface Offer {
  /** Tables and PartialObjectMetadata; false for watches of nothing else, reviews, discovery. */
  shapes: boolean;
  yaml: boolean;
  protobuf: boolean;
}

/** Chooses the first acceptable representation. Throws NotAcceptable (406). */
export function negotiate(header: string | undefined, offer: Offer): Representation {
  for (const range of parseAccept(header)) {
    const format = formatOf(range.type);
    if (format === undefined || (format === 'yaml' && !offer.yaml) || (format === 'protobuf' && !offer.protobuf))
      continue;
    const shape = shapeOf(range.parameters);
    if (shape === undefined || (shape.as !== 'Object' && (!offer.shapes || format === 'protobuf'))) continue;
    return { format, shape };
  }
  throw notAcceptable(AVAILABLE);
}

function formatOf(type: string): Representation['format'] | undefined {
  switch (type) {
    case '*/*':
    case 'application/*':
    case 'application/json':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    case 'application/vnd.kubernetes.protobuf':
      return 'protobuf';
    default:
      return undefined;
  }
}

function shapeOf({ as, g, v }: Readonly<Record<string, string>>): Shape | undefined {
  if (as === undefined) return { as: 'Object' };
  if (g !== undefined && g !== 'meta.k8s.io') return undefined;
  if (v !== 'v1' && v !== 'v1beta1') return undefined;
  if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as, version: v };
  return undefined;
}
