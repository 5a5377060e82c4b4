import { NamespaceCreated, NamespaceTerminating } from '@faktorz/domain';
import type { DocumentChange, NewEvent } from '@faktorz/persistence';
import { isTerminating, type Namespace } from './namespace.js';

/** What others are told when a namespace comes or begins to go. */
export function namespaceEvents({ type, object, previous }: DocumentChange<Namespace>): readonly NewEvent[] {
  const { name, uid = '' } = object.metadata;
  const about = { subject: name, namespace: name, stream: '', data: { namespace: name, uid } };
  if (type === 'ADDED') return [{ definition: NamespaceCreated, ...about } as NewEvent];
  const begins = type === 'MODIFIED' && isTerminating(object) && previous !== undefined && !isTerminating(previous);
  return begins ? [{ definition: NamespaceTerminating, ...about } as NewEvent] : [];
}
