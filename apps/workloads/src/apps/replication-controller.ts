import { ageColumn, containerColumns, countColumn, nameColumn, selectorColumn } from '../kind/columns.js';
import { labelsText, selectorErrors } from '../kind/label-selector.js';
import { defaultReplicas, notNegative, templateOf } from '../kind/template-owner.js';
import { numberAt, type WorkloadKind } from '../kind/workload-kind.js';
import type { Workload } from '../pod/pod-spec.js';
import { templateErrors } from '../pod/pod-validation.js';

const selectorOf = ({ spec }: Workload) => spec?.['selector'] as Record<string, string> | undefined;
const selectorTextOf = (object: Workload): string => labelsText(selectorOf(object));

export const replicationController: WorkloadKind = {
  group: '',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
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
  default(object) {
    const spec = defaultReplicas(object);
    const { labels } = templateOf(object)?.metadata ?? {};
    if (!labels) return;
    spec['selector'] ??= { ...labels };
    object.metadata.labels ??= { ...labels };
  },
  newStatus: () => ({ replicas: 0 }),
  validate(object) {
    const selector = selectorOf(object);
    return [
      ...selectorErrors(selector && { matchLabels: selector }, templateOf(object)),
      ...templateErrors(templateOf(object), 'spec.template', { restartPolicies: ['Always'] }),
      ...notNegative(object, 'replicas', 'minReadySeconds'),
    ];
  },
  scale: { selectorOf: selectorTextOf },
};
