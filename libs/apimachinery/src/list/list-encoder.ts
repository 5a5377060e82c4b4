import { stringify } from 'yaml';
import { encodedJson } from '../encoded-json.js';
import type { KubeObject } from '../kube-object.js';
import type { Representation } from '../negotiation/accept.js';
import type { ResourceDefinition } from '../resource-definition.js';
import { partialMetadata, TablePrinter, type IncludeObject } from '../table/table.js';

/** `metadata` of a list. */
export interface ListMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

/**
 * Writes a list piece by piece: what comes before the items, each item (already separated from the one before), and what
 * comes after. The metadata comes last, because how many items remain is known only then.
 */
export interface ListEncoder {
  open(): string;
  item(object: KubeObject, isFirst: boolean): string;
  close(metadata: ListMeta): string;
}

/** The encoder for what the client accepts. */
export function listEncoder(
  definition: ResourceDefinition,
  { format, shape }: Representation,
  include: IncludeObject,
  isPretty: boolean,
): ListEncoder {
  const now = new Date();
  const groupVersion = definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
  const encode: Encode = format === 'yaml' ? yamlList : jsonList(isPretty ? prettyJson : itemJson);
  if (shape.as === 'Table') {
    const printer = new TablePrinter(definition, shape.version, include);
    const head = { kind: 'Table', apiVersion: printer.apiVersion, columnDefinitions: printer.columnDefinitions };
    if (format === 'yaml' || isPretty) return encode(head, 'rows', (object) => printer.row(object, now), '');
    const carried = (object: KubeObject): object | null => printer.carried(object);
    const form = `${include} ${shape.version}`;
    const row = (object: KubeObject): string =>
      `{"cells":${JSON.stringify(printer.cells(object, now))},"object":${encodedJson(object, form, carried)}}`;
    return jsonList(row)(head, 'rows');
  }
  if (shape.as !== 'Object') {
    const apiVersion = `meta.k8s.io/${shape.version}`;
    const head = { kind: 'PartialObjectMetadataList', apiVersion };
    return encode(head, 'items', (object) => partialMetadata(object, apiVersion), `Metadata ${shape.version}`);
  }
  return encode({ kind: `${definition.kind}List`, apiVersion: groupVersion }, 'items', withoutType, 'item');
}

/** Items of a typed list name neither kind nor apiVersion: the list does. */
export function withoutType(object: KubeObject): object {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}

function itemJson(object: KubeObject, shown: (object: KubeObject) => object, form: string): string {
  return encodedJson(object, form, shown);
}

function prettyJson(object: KubeObject, shown: (object: KubeObject) => object | null): string {
  return JSON.stringify(shown(object), null, 2);
}

type Encode = (head: object, items: string, shown: (object: KubeObject) => object, form: string) => ListEncoder;
type ToJson = (object: KubeObject, shown: (object: KubeObject) => object, form: string) => string;

function jsonList(toJson: ToJson) {
  return (head: object, items: string, shown: (object: KubeObject) => object = same, form = ''): ListEncoder => ({
    open: () => `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(items)}:[`,
    item: (object, isFirst) => (isFirst ? '' : ',') + toJson(object, shown, form),
    close: (metadata) => `],"metadata":${JSON.stringify(metadata)}}\n`,
  });
}

function same(object: KubeObject): object {
  return object;
}

function yamlList(head: object, items: string, shown: (object: KubeObject) => object): ListEncoder {
  let isEmpty = true;
  return {
    open: () => stringify(head),
    item: (object, isFirst) => {
      isEmpty = false;
      return (isFirst ? `${items}:\n` : '') + stringify([shown(object)], { aliasDuplicateObjects: false });
    },
    close: (metadata) => (isEmpty ? `${items}: []\n` : '') + stringify({ metadata }),
  };
}
