import type { KubeObject } from '../client/kube-object.js';

/** Managers under which client-side apply recorded its fields. */
const CLIENT_SIDE = new Set(['kubectl-client-side-apply', 'before-first-apply']);
const SERVER_SIDE = 'kubectl';

interface Entry {
  manager: string;
  operation: 'Apply' | 'Update';
  subresource?: string;
  fieldsV1?: Fields;
  [other: string]: unknown;
}

type Fields = { [name: string]: Fields };

/**
 * The managedFields of an object after its fields have passed from client-side to server-side apply, or undefined when
 * there is nothing to pass on.
 */
export function migratedManagedFields(object: KubeObject): Entry[] | undefined {
  const entries = (object.metadata?.managedFields ?? []) as Entry[];
  const isOld = ({ manager, operation, subresource }: Entry) =>
    CLIENT_SIDE.has(manager) && operation === 'Update' && !subresource;
  const old = entries.filter(isOld);
  if (old.length === 0) return undefined;
  const own = entries.find(({ manager, operation }) => manager === SERVER_SIDE && operation === 'Apply');
  const fieldsV1 = [...old, ...(own ? [own] : [])].reduce<Fields>(
    (union, entry) => unite(union, entry.fieldsV1 ?? {}),
    {},
  );
  const rest = entries.filter((entry) => !isOld(entry) && entry !== own);
  return [...rest, { ...(own ?? (old[0] as Entry)), manager: SERVER_SIDE, operation: 'Apply', fieldsV1 }];
}

function unite(a: Fields, b: Fields): Fields {
  const union: Fields = { ...a };
  for (const [key, value] of Object.entries(b)) union[key] = union[key] ? unite(union[key], value) : value;
  return union;
}
