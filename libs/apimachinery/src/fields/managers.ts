import type { KubeObject, ManagedFieldsEntry } from '../kube-object.js';
import {
  difference,
  emptySet,
  fromFieldsV1,
  insertPath,
  isEmptySet,
  toFieldsV1,
  union,
  type FieldSet,
} from './field-set.js';

/** One manager's fields; several entries of the same name differ in operation, version or subresource. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: string;
  /** RFC 3339, seconds. An apply that changed nothing has none. */
  time?: string;
  fields: FieldSet;
}

/** Managers by identity: everything of an entry but time and fields. */
export type Managers = Map<string, Manager>;

export type ManagerIdentity = Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

export function identify({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  return JSON.stringify([manager, operation, apiVersion, subresource ?? '']);
}

/** Fields nobody owns: the type and the identity of the object, and what the server keeps about it. */
const STRIPPED = strippedSet();

function strippedSet(): FieldSet {
  const set = emptySet();
  insertPath(set, ['f:apiVersion']);
  insertPath(set, ['f:kind']);
  insertPath(set, ['f:metadata']);
  const kept = [
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ];
  for (const field of kept) insertPath(set, ['f:metadata', `f:${field}`]);
  return set;
}

export function withoutIdentityFields(set: FieldSet): FieldSet {
  return difference(set, STRIPPED);
}

/** Reads `metadata.managedFields`; undefined when an entry is malformed. */
export function readManagers(object: KubeObject | undefined): Managers | undefined {
  const entries: unknown = object?.metadata?.managedFields ?? [];
  if (!Array.isArray(entries)) return undefined;
  const managers: Managers = new Map();
  for (const entry of entries as Partial<ManagedFieldsEntry>[]) {
    const manager = readEntry(entry);
    if (!manager) return undefined;
    managers.set(identify(manager), manager);
  }
  return managers;
}

function readEntry(entry: Partial<ManagedFieldsEntry> | null): Manager | undefined {
  const fields = fromFieldsV1(entry?.fieldsV1 ?? {});
  if (!entry || !fields || (entry.operation !== 'Apply' && entry.operation !== 'Update')) return undefined;
  return {
    manager: entry.manager ?? '',
    operation: entry.operation,
    apiVersion: entry.apiVersion ?? '',
    ...(entry.subresource ? { subresource: entry.subresource } : {}),
    ...(entry.time ? { time: entry.time } : {}),
    fields,
  };
}

/**
 * The managers an update starts from: those the client sent, if it sent valid ones, else the stored ones; a list of
 * one empty entry resets. Through a subresource nobody can set them.
 */
export function startingManagers(
  old: KubeObject | undefined,
  next: KubeObject,
  subresource: string | undefined,
): Managers {
  const stored = readManagers(old) ?? new Map<string, Manager>();
  if (subresource) return stored;
  const sent: unknown = next.metadata?.managedFields;
  if (Array.isArray(sent) && sent.length === 1 && isEmptyEntry(sent[0])) return new Map();
  const managers = readManagers(next);
  return managers && managers.size > 0 ? managers : stored;
}

function isEmptyEntry(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && Object.keys(entry).length === 0;
}

/** Writes the managers as entries in Kubernetes' order: operation, time, name. Returns undefined for none. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  const entries = [...managers.values()].filter((manager) => !isEmptySet(manager.fields)).sort(byOperationAndTime);
  return entries.length === 0 ? undefined : entries.map(writeEntry);
}

function writeEntry({ manager, operation, apiVersion, time, fields, subresource }: Manager): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource ? { subresource } : {}),
  };
}

function byOperationAndTime(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    seconds(a) - seconds(b) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? '', b.subresource ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function seconds({ time }: Manager): number {
  const millis = time ? Date.parse(time) : 0;
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 1000);
}

/** More Update managers than this are merged, oldest first (Kubernetes' limit). */
const MAX_UPDATE_MANAGERS = 10;
const MERGED_NAME = 'ancient-changes';

/** Merges the oldest Update entries into one per version, so that ever new managers cannot let the object grow. */
export function capManagers(managers: Managers): void {
  const updaters = [...managers.values()].filter(({ operation }) => operation === 'Update').sort(byOperationAndTime);
  const firstOfVersion = new Map<string, Manager>();
  let count = updaters.length;
  for (const updater of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) return;
    const first = firstOfVersion.get(updater.apiVersion);
    if (!first) {
      firstOfVersion.set(updater.apiVersion, updater);
      continue;
    }
    mergeInto(managers, first, updater);
    count--;
  }
}

function mergeInto(managers: Managers, first: Manager, updater: Manager): void {
  const about: ManagerIdentity = { manager: MERGED_NAME, operation: 'Update', apiVersion: updater.apiVersion };
  let bucket = managers.get(identify(about));
  if (!bucket) {
    managers.delete(identify(first));
    bucket = { ...about, fields: first.fields };
  }
  managers.delete(identify(updater));
  managers.set(identify(about), {
    ...bucket,
    fields: union(bucket.fields, updater.fields),
    ...(updater.time ? { time: updater.time } : {}),
  });
}

/** Takes fields away from every manager; those left with none are dropped. */
export function takeAway(managers: Managers, fields: FieldSet, except?: string): void {
  for (const [identity, manager] of managers) {
    if (identity === except) continue;
    const left = difference(manager.fields, fields);
    if (isEmptySet(left)) managers.delete(identity);
    else managers.set(identity, { ...manager, fields: left });
  }
}

/** `2026-01-31T12:00:00Z`: managedFields know seconds. */
export function toSeconds(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}
