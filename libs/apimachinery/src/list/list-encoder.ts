import { stringify } from 'yaml';
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
  const encode = format === 'yaml' ? yamlList : jsonList(isPretty);
  if (shape.as === 'Table') {
    const printer = new TablePrinter(definition, shape.version, include);
    const head = { kind: 'Table', apiVersion: printer.apiVersion, columnDefinitions: printer.columnDefinitions };
    return encode(head, 'rows', (object) => printer.row(object, now));
  }
  if (shape.as !== 'Object') {
    const apiVersion = `meta.k8s.io/${shape.version}`;
    const head = { kind: 'PartialObjectMetadataList', apiVersion };
    return encode(head, 'items', (object) => partialMetadata(object, apiVersion));
  }
  return encode({ kind: `${definition.kind}List`, apiVersion: groupVersion }, 'items', withoutType);
}

/** Items of a typed list name neither kind nor apiVersion: the list does. */
export function withoutType(object: KubeObject): object {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}

function jsonList(isPretty: boolean) {
  const indent = isPretty ? 2 : undefined;
  return (head: object, items: string, shown: (object: KubeObject) => object): ListEncoder => ({
    open: () => `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(items)}:[`,
    item: (object, isFirst) => (isFirst ? '' : ',') + JSON.stringify(shown(object), null, indent),
    close: (metadata) => `],"metadata":${JSON.stringify(metadata)}}\n`,
  });
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
