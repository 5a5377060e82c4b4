import { ageColumn, containerColumns, countColumn, nameColumn, selectorColumn, textColumn } from '../kind/columns.js';
import { labelsText } from '../kind/label-selector.js';
import { defaultTemplate, immutable, selectorTextOf, templateOf, templateOwnerErrors } from '../kind/template-owner.js';
import { ensured, specOf, type WorkloadKind } from '../kind/workload-kind.js';

export const daemonSet: WorkloadKind = {
  group: 'apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  columns: [
    nameColumn,
    countColumn('Desired', 'How many nodes should run a pod.', 'status', 'desiredNumberScheduled'),
    countColumn('Current', 'How many of them do.', 'status', 'currentNumberScheduled'),
    countColumn('Ready', 'How many of these pods are ready.', 'status', 'numberReady'),
    countColumn('Up-to-date', 'How many pods are of the newest template.', 'status', 'updatedNumberScheduled'),
    countColumn('Available', 'How many pods have been ready for long enough.', 'status', 'numberAvailable'),
    textColumn('Node Selector', 'Which nodes run a pod.', (object) => {
      const selector = templateOf(object)?.spec?.['nodeSelector'] as Record<string, string> | undefined;
      return labelsText(selector) || '<none>';
    }),
    ageColumn,
    ...containerColumns(templateOf),
    selectorColumn(selectorTextOf),
  ],
  template: templateOf,
  default(object) {
    const spec = specOf(object);
    defaultTemplate(spec);
    const strategy = ensured(spec, 'updateStrategy');
    strategy['type'] ||= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      const rolling = ensured(strategy, 'rollingUpdate');
      rolling['maxUnavailable'] ??= 1;
      rolling['maxSurge'] ??= 0;
    }
    spec['revisionHistoryLimit'] ??= 10;
  },
  newStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  validate: (object, old) => [...templateOwnerErrors(object), ...immutable(object, old, 'selector')],
};
