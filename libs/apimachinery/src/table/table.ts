import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition, TableColumn } from '../resource-definition.js';

/** What a table's rows carry beside their cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

interface TableRow {
  cells: (string | number | boolean | null)[];
  object: object | null;
}

/** A `meta.k8s.io` Table. */
export interface Table {
  kind: 'Table';
  apiVersion: string;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions: ColumnDefinition[] | null;
  rows: TableRow[];
}

/** The first column of every table. */
export const nameColumn: TableColumn<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a' +
    ' client to request the generation of an appropriate name automatically. Name is primarily intended for creation' +
    ' idempotence and configuration definition. Cannot be updated. More info:' +
    ' https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  cell: (object) => object.metadata.name,
};

/** When the object was made, as RFC 3339: the second column of resources without columns of their own. */
export const createdAtColumn: TableColumn<KubeObject> = {
  name: 'Created At',
  type: 'date',
  description: 'The time at which the object was made, as the server saw it (RFC 3339, UTC).',
  cell: (object) => object.metadata.creationTimestamp ?? null,
};

/** Prints objects of one resource as rows. */
export class TablePrinter {
  private readonly columns: readonly TableColumn<KubeObject>[];
  readonly columnDefinitions: ColumnDefinition[];
  readonly apiVersion: string;

  constructor(
    definition: Pick<ResourceDefinition, 'columns'>,
    version: 'v1' | 'v1beta1',
    private readonly include: IncludeObject,
  ) {
    this.apiVersion = `meta.k8s.io/${version}`;
    this.columns = definition.columns ?? [nameColumn, createdAtColumn];
    this.columnDefinitions = this.columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format: format ?? '',
      description,
      priority: priority ?? 0,
    }));
  }

  row(object: KubeObject, now: Date): TableRow {
    return { cells: this.cells(object, now), object: this.carried(object) };
  }

  /** The object's cells. */
  cells(object: KubeObject, now: Date): TableRow['cells'] {
    return this.columns.map((column) => column.cell(object, now));
  }

  /** One object as a table with one row; `withColumns` is false for all but the first event of a watch. */
  single(object: KubeObject, now: Date, withColumns = true): Table {
    const { resourceVersion } = object.metadata;
    return {
      kind: 'Table',
      apiVersion: this.apiVersion,
      metadata: resourceVersion ? { resourceVersion } : {},
      columnDefinitions: withColumns ? this.columnDefinitions : null,
      rows: [this.row(object, now)],
    };
  }

  /** What a bookmark looks like in a table watch: no cells, the bookmark's metadata as the row's object. */
  bookmark(object: KubeObject, withColumns: boolean): Table {
    return {
      kind: 'Table',
      apiVersion: this.apiVersion,
      metadata: { resourceVersion: object.metadata.resourceVersion },
      columnDefinitions: withColumns ? this.columnDefinitions : null,
      rows: object.metadata.annotations
        ? [{ cells: this.columns.map(() => null), object: partialMetadata(object, this.apiVersion) }]
        : [],
    };
  }

  /** What the object's row carries of it. */
  carried(object: KubeObject): object | null {
    switch (this.include) {
      case 'None':
        return null;
      case 'Metadata':
        return partialMetadata(object, this.apiVersion);
      case 'Object':
        return object;
    }
  }
}

/** Only the metadata of an object, as `PartialObjectMetadata`. */
export function partialMetadata(object: KubeObject, apiVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}
