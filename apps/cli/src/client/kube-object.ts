/** Any object of the API as it came over the wire. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: KubeMetadata;
  [field: string]: unknown;
}

export interface KubeMetadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  continue?: string;
  creationTimestamp?: string | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: unknown[];
  [field: string]: unknown;
}

export interface KubeList extends KubeObject {
  items: KubeObject[] | null;
}

export interface Table extends KubeObject {
  columnDefinitions?: { name: string; type: string; priority?: number }[] | null;
  rows?: TableRow[] | null;
}

export interface TableRow {
  cells: unknown[];
  object?: KubeObject;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

export function isTable(object: KubeObject): object is Table {
  return object.kind === 'Table' && (object.apiVersion ?? '').startsWith('meta.k8s.io/');
}

export function isList(object: KubeObject): object is KubeList {
  return 'items' in object && (object.kind ?? '').endsWith('List');
}
