import type { Identity } from '@faktorz/domain';
import type { KubeObject } from './kube-object.js';
import type { ListPage, ListQuery, ObjectChange, ChangeProgress, ChangesQuery } from './storage.js';
import type { SchemaLibrary } from './schema.js';

/** What every handler knows of the request it serves. */
export interface RequestContext {
  identity: Identity;
  requestId: string;
  userAgent: string;
  /** Path parts; absent where the path has none. */
  namespace?: string;
  name?: string;
  query: URLSearchParams;
  /** True for `dryRun=All`: do everything but store. */
  dryRun: boolean;
  /** `fieldManager` parameter, else the User-Agent's program name. */
  fieldManager: string;
  /** Adds a `Warning: 299` header to the answer. */
  warn(text: string): void;
  signal: AbortSignal;
  /** The original HTTP headers, for handlers that pass the identity on. */
  headers: Record<string, string | string[] | undefined>;
  /** The subresource of the path, e.g. `status`. */
  subresource?: string;
  /** True for server-side apply: the object that comes in carries its `managedFields` already. */
  isApply?: boolean;
  /** The schema of what the request writes; the engine fills it in, field tracking needs it. */
  schema?: { name: string; library: SchemaLibrary };
}

/** Values of an object that a field selector may name, by path. (A method type, so that definitions of any `T` fit one list.) */
export type SelectableFields<T extends KubeObject> = Readonly<Record<string, { of(object: T): string }['of']>>;

export interface TableColumn<T> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'date' | 'boolean';
  format?: string;
  description: string;
  /** 0 always shown, 1 only with `-o wide`. */
  priority?: number;
  cell(object: T, now: Date): string | number | boolean | null;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** A complete answer other than the object itself. */
export interface HandlerAnswer {
  status: number;
  body: object;
}

/**
 * The verbs a resource answers. Missing verbs are 405, or 404 where no verb of the resource uses that path.
 * `patch` (all four kinds) is done by the engine through `get` and `update`, so it exists where those do.
 */
export interface ResourceHandlers<T extends KubeObject> {
  get?(context: RequestContext): Promise<T>;
  /** As `get`, for an answer alone: the object may be shared among answers, and nobody may change it. */
  getShared?(context: RequestContext): Promise<T>;
  /** In place of `get`, what a patch changes: an object that can be written before it can be read. */
  getToPatch?(context: RequestContext): Promise<T>;
  list?(query: ListQuery, context: RequestContext): Promise<ListPage<T>>;
  /** In place of `list`, for a collection that keeps nothing and has one answer to its GET (project requests). */
  answerToList?(context: RequestContext): Promise<HandlerAnswer>;
  changes?(query: ChangesQuery, context: RequestContext): AsyncIterable<ObjectChange<T> | ChangeProgress>;
  create?(object: T, context: RequestContext): Promise<T | HandlerAnswer>;
  /** `object` carries what the client sent, defaulted; `created` tells the engine to answer 201. */
  update?(object: T, context: RequestContext): Promise<{ object: T; created: boolean }>;
  delete?(options: DeleteOptions, context: RequestContext): Promise<T | HandlerAnswer>;
  deleteCollection?(query: ListQuery, options: DeleteOptions, context: RequestContext): Promise<object>;
}

export interface FieldError {
  /** Path such as `spec.tags[1.0].from.kind`. */
  field: string;
  type:
    | 'Required'
    | 'Invalid'
    | 'NotSupported'
    | 'Forbidden'
    | 'NotFound'
    | 'Duplicate'
    | 'TooLong'
    | 'TypeInvalid'
    | 'InternalError';
  /** The offending value, printed in the message as Kubernetes does. */
  value?: unknown;
  detail: string;
}

/** How objects of a stored resource come into being and change. Pure but for `admit*`. */
export interface StoredResourceStrategy<T extends KubeObject> {
  /** Fills defaults; called on everything that comes in, before validation. */
  default?(object: T): void;
  /** Server-owned fields of a new object (status reset, generation). */
  prepareForCreate?(object: T, context: RequestContext): void | Promise<void>;
  /** Restores server-owned fields from `old`, bumps generations. */
  prepareForUpdate?(object: T, old: T, context: RequestContext): void | Promise<void>;
  validate?(object: T, old: T | undefined, context: RequestContext): FieldError[] | Promise<FieldError[]>;
  /** Brings an object into its canonical form before it is compared and stored (sorting). */
  canonicalize?(object: T): void;
  /** May an update come without resourceVersion? Default true, as in most Kubernetes resources. */
  allowUnconditionalUpdate?: boolean;
  /** Computes fields that are never stored (`status.dockerImageRepository`); called on every object that goes out. */
  decorate?(object: T): void;
  /** Keep `metadata.managedFields`? Default true. */
  tracksFields?: boolean;
  /** Problems of a name, each a sentence like `must match "…"`; default: those of a DNS subdomain. */
  validateName?(name: string): string[];
  /** Does something remove dependents and take the finalizers `foregroundDeletion` and `orphan` away? Default false: they are not set. */
  garbageCollected?: boolean;
}

export interface SubresourceDefinition<T extends KubeObject = KubeObject> {
  name: string;
  kind: string;
  group?: string;
  version?: string;
  schema: string;
  handlers: ResourceHandlers<T>;
}

/** One resource of the API: all the engine needs to serve it and to describe it. */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced: boolean;
  /** Is it kept (true) or projected from others (false)? Decides `storageVersionHash`. */
  stored: boolean;
  /** Name of its schema in `schemas`, e.g. `com.github.openshift.api.image.v1.ImageStream`. */
  schema: string;
  listSchema?: string;
  schemas: SchemaLibrary;
  columns?: readonly TableColumn<T>[];
  /** Selectable fields besides metadata.name and metadata.namespace. */
  fields?: SelectableFields<T>;
  /** Message for an unknown field selector; default `field label not supported: <x>`. */
  unknownFieldMessage?(field: string): string;
  /** False: lists carry neither resourceVersion nor item kinds (virtual resources). */
  listHasVersion?: boolean;
  handlers: ResourceHandlers<T>;
  subresources?: readonly SubresourceDefinition[];
  /** True: texts may contain NUL, since the storage can hold it. Default: such objects are refused. */
  keepsNul?: boolean;
  /** False: objects may be created in a namespace that does not exist (reviews). Default true. */
  needsNamespace?: boolean;
}
