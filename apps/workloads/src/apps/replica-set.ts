import { ageColumn, containerColumns, countColumn, nameColumn, selectorColumn } from '../kind/columns.js';
import { defaultReplicas, immutable, selectorTextOf, templateOf, templateOwnerErrors } from '../kind/template-owner.js';
import { numberAt, type WorkloadKind } from '../kind/workload-kind.js';

export const replicaSet: WorkloadKind = {
  group: 'apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  columns: [
    nameColumn,
    countColumn('Desired', 'How many pods there should be.', 'spec', 'replicas'),
    countColumn('Current', 'How many there are.', 'status', 'replicas'),
    countColumn('Ready', 'How many of them are ready.', 'status', 'readyReplicas'),
    ageColumn,
    ...containerColumns(templateOf),
    selectorColumn(selectorTextOf),
  ],
  fields: { 'status.replicas': ({ status }) => String(numberAt(status, 'replicas')) },
  template: templateOf,
  default: (object) => void defaultReplicas(object),
  newStatus: () => ({ replicas: 0 }),
  validate: (object, old) => [...templateOwnerErrors(object), ...immutable(object, old, 'selector')],
  scale: { selectorOf: selectorTextOf },
};
