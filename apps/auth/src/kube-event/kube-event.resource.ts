import { coreSchemas, type ResourceDefinition, type ResourceStorage, type TableColumn } from '@faktorz/apimachinery';
import { ageOf, textColumn } from '../schema/columns.js';
import { storedDefinition } from '../schema/stored-definition.js';
import { EVENT_FIELDS, validateKubeEvent, type KubeEvent } from './kube-event.js';

const lastSeen = ({ series, lastTimestamp, eventTime, metadata }: KubeEvent): string | null | undefined =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
const WIDE = 1;

const columns: TableColumn<KubeEvent>[] = [
  textColumn('Last Seen', 'How long ago it was last seen.', (event, now) => ageOf(lastSeen(event), now)),
  textColumn('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
  textColumn('Reason', 'One word for why it happened.', ({ reason }) => reason ?? ''),
  textColumn('Object', 'What the event is about.', ({ involvedObject: { kind = '', name = '' } }) =>
    name === '' ? kind : `${kind}/${name}`.toLowerCase(),
  ),
  textColumn(
    'Subobject',
    'The part of the object it is about.',
    ({ involvedObject }) => involvedObject.fieldPath ?? '',
    WIDE,
  ),
  textColumn(
    'Source',
    'Who reports it.',
    ({ source, reportingComponent }) =>
      [source?.component || reportingComponent, source?.host].filter(Boolean).join(', '),
    WIDE,
  ),
  textColumn('Message', 'What happened.', ({ message = '' }) => message.trim()),
  textColumn(
    'First Seen',
    'How long ago it was first seen.',
    (event, now) => ageOf(event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp, now),
    WIDE,
  ),
  {
    name: 'Count',
    type: 'string',
    description: 'How often it was seen.',
    priority: WIDE,
    cell: ({ series, count }) => String(series?.count ?? count ?? 1),
  },
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Name of the event.',
    priority: WIDE,
    cell: ({ metadata }) => metadata.name,
  },
];

/** core/v1 events: what anybody may report about an object. */
export function kubeEventResource(storage: ResourceStorage<KubeEvent>): ResourceDefinition {
  return storedDefinition<KubeEvent>({
    group: '',
    plural: 'events',
    singular: 'event',
    kind: 'Event',
    shortNames: ['ev'],
    namespaced: true,
    schema: 'io.k8s.api.core.v1.Event',
    schemas: coreSchemas,
    storage,
    strategy: { validate: validateKubeEvent },
    fields: EVENT_FIELDS,
    columns,
  });
}
