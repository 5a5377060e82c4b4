import { containerColumns, ageColumn, countColumn, nameColumn, readyColumn, selectorColumn } from '../kind/columns.js';
import { defaultReplicas, immutable, selectorTextOf, templateOf, templateOwnerErrors } from '../kind/template-owner.js';
import { ensured, type WorkloadKind } from '../kind/workload-kind.js';
import type { Open } from '../pod/pod-spec.js';

/** Both bounds of a rolling update, as Kubernetes has them. */
const ROLLING_SHARE = '25%';

export const deployment: WorkloadKind = {
  group: 'apps',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  columns: [
    nameColumn,
    readyColumn('readyReplicas'),
    countColumn('Up-to-date', 'How many pods are of the newest template.', 'status', 'updatedReplicas'),
    countColumn('Available', 'How many pods have been ready for long enough.', 'status', 'availableReplicas'),
    ageColumn,
    ...containerColumns(templateOf),
    selectorColumn(selectorTextOf),
  ],
  template: templateOf,
  default(object) {
    const spec = defaultReplicas(object);
    const strategy = ensured(spec, 'strategy');
    strategy['type'] ||= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      const rolling: Open = ensured(strategy, 'rollingUpdate');
      rolling['maxUnavailable'] ??= ROLLING_SHARE;
      rolling['maxSurge'] ??= ROLLING_SHARE;
    }
    spec['revisionHistoryLimit'] ??= 10;
    spec['progressDeadlineSeconds'] ??= 600;
  },
  newStatus: () => ({}),
  validate: (object, old) => [...templateOwnerErrors(object), ...immutable(object, old, 'selector')],
  generationCountsAnnotations: true,
  scale: { selectorOf: selectorTextOf },
};
