import { ageColumn, containerColumns, nameColumn, readyColumn } from '../kind/columns.js';
import { defaultReplicas, immutable, selectorTextOf, templateOf, templateOwnerErrors } from '../kind/template-owner.js';
import { ensured, type WorkloadKind } from '../kind/workload-kind.js';
import type { Workload } from '../pod/pod-spec.js';

export const statefulSet: WorkloadKind = {
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  columns: [nameColumn, readyColumn('readyReplicas'), ageColumn, ...containerColumns(templateOf)],
  template: templateOf,
  default(object) {
    const spec = defaultReplicas(object);
    spec['podManagementPolicy'] ||= 'OrderedReady';
    const strategy = ensured(spec, 'updateStrategy');
    strategy['type'] ||= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') ensured(strategy, 'rollingUpdate')['partition'] ??= 0;
    const retention = ensured(spec, 'persistentVolumeClaimRetentionPolicy');
    retention['whenDeleted'] ||= 'Retain';
    retention['whenScaled'] ||= 'Retain';
    spec['revisionHistoryLimit'] ??= 10;
  },
  newStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  validate: (object, old) => [
    ...templateOwnerErrors(object, { restartPolicies: ['Always'], claims: claimsOf(object) }),
    ...immutable(object, old, 'selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates'),
  ],
  scale: { selectorOf: selectorTextOf },
};

function claimsOf({ spec }: Workload): string[] {
  const claims = (spec?.['volumeClaimTemplates'] ?? []) as { metadata?: { name?: string } }[];
  return claims.map(({ metadata }) => metadata?.name ?? '');
}
