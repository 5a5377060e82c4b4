import type { KubeObject } from '@faktorz/apimachinery';
import type { AuditRecord } from '@faktorz/domain';
import { AUTH_GROUP } from '../token/user-token.js';

/** An audit record as the API shows it. */
export interface AuditEvent extends KubeObject {
  time: string;
  user: string;
  groups: string[];
  impersonatedBy?: string;
  verb: string;
  object?: { group: string; resource: string; subresource: string; namespace: string; name: string };
  path?: string;
  from: string;
  userAgent: string;
  decision: 'allow' | 'deny';
  code: number;
  reason: string;
}

/** Field selectors, and the fields of a record behind them. */
export const SELECTABLE: Readonly<Record<string, string>> = {
  user: 'user',
  verb: 'verb',
  decision: 'decision',
  'object.group': 'group',
  'object.resource': 'resource',
  'object.namespace': 'namespace',
  'object.name': 'name',
};

export function auditEventOf(record: AuditRecord): AuditEvent {
  const { id, time, group, resource, subresource, namespace, name, uid: _uid, path, ...rest } = record;
  return {
    kind: 'AuditEvent',
    apiVersion: `${AUTH_GROUP}/v1`,
    metadata: { name: id, creationTimestamp: time.replace(/\.\d+Z$/, 'Z') },
    time,
    ...rest,
    ...(path === undefined ? { object: { group, resource, subresource, namespace, name } } : { path }),
  };
}

/** `create secrets/blue/x`, or the path. */
export function describeObject({ object, path }: AuditEvent): string {
  if (!object) return path ?? '';
  const { group, resource, subresource, namespace, name } = object;
  const full = `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
  return [full, namespace, name].filter((part) => part !== '').join(' ');
}
