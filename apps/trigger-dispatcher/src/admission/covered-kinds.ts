/** Where the pod template stands in the objects of a resource; of a pod, the object is its own. */
export interface CoveredKind {
  group: string;
  resource: string;
  template: readonly string[];
  /** False where images never change. */
  looksUpOnUpdate: boolean;
  /** Are its images run as soon as it exists? Then the execution rule holds for them. */
  runsImages?: true;
}

const TEMPLATE = ['spec', 'template'];

/** Whose images are looked up (contract: pod admission, §1). */
export const coveredKinds: readonly CoveredKind[] = [
  { group: '', resource: 'pods', template: [], looksUpOnUpdate: true, runsImages: true },
  { group: '', resource: 'replicationcontrollers', template: TEMPLATE, looksUpOnUpdate: true },
  { group: 'apps', resource: 'deployments', template: TEMPLATE, looksUpOnUpdate: true },
  { group: 'apps', resource: 'daemonsets', template: TEMPLATE, looksUpOnUpdate: true },
  { group: 'apps', resource: 'statefulsets', template: TEMPLATE, looksUpOnUpdate: true },
  { group: 'apps', resource: 'replicasets', template: TEMPLATE, looksUpOnUpdate: true },
  { group: 'batch', resource: 'jobs', template: TEMPLATE, looksUpOnUpdate: false },
  {
    group: 'batch',
    resource: 'cronjobs',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    looksUpOnUpdate: true,
  },
  { group: 'apps.openshift.io', resource: 'deploymentconfigs', template: TEMPLATE, looksUpOnUpdate: true },
];

/** The kind of a resource; undefined for one without images. */
export function coveredKind(group: string, resource: string): CoveredKind | undefined {
  return coveredKinds.find((kind) => kind.group === group && kind.resource === resource);
}
