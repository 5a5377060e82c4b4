import { type FieldError, jsonEquals, type JsonValue } from '@faktorz/apimachinery';
import { ageColumn, nameColumn, textColumn, WIDE } from '../kind/columns.js';
import { specOf, textAt, type WorkloadKind } from '../kind/workload-kind.js';
import { defaultPodSpec } from './pod-defaults.js';
import { type Container, containersOf, type PodSpec, type Workload } from './pod-spec.js';
import { podState, readyText, restartsText } from './pod-status.js';
import { podSpecErrors } from './pod-validation.js';
import { mountServiceAccountToken } from './service-account-token.js';

const NONE = '<none>';
/** A node that is gone or lost is given so long. */
const TOLERATION_SECONDS = 300;
const TOLERATED = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
/** What of a running pod's spec can be changed, beside images. */
const MUTABLE = ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds', 'schedulingGates'];

const podSpec = (object: Workload) => object.spec as PodSpec | undefined;

export const pod: WorkloadKind = {
  group: '',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  columns: [
    nameColumn,
    textColumn('Ready', 'Containers that are ready, of all.', readyText),
    textColumn('Status', 'What the pod is doing.', podState),
    textColumn('Restarts', 'How often containers were started again.', restartsText),
    ageColumn,
    textColumn('IP', 'Address of the pod.', ({ status }) => textAt(status, 'podIP') || NONE, WIDE),
    textColumn('Node', 'Where it runs.', ({ spec }) => textAt(spec, 'nodeName') || NONE, WIDE),
    textColumn(
      'Nominated Node',
      'Where it shall run once there is room.',
      ({ status }) => textAt(status, 'nominatedNodeName') || NONE,
      WIDE,
    ),
    textColumn('Readiness Gates', 'Further conditions of being ready.', readinessGates, WIDE),
  ],
  fields: {
    'spec.nodeName': ({ spec }) => textAt(spec, 'nodeName'),
    'spec.restartPolicy': ({ spec }) => textAt(spec, 'restartPolicy'),
    'spec.schedulerName': ({ spec }) => textAt(spec, 'schedulerName'),
    'spec.serviceAccountName': ({ spec }) => textAt(spec, 'serviceAccountName'),
    'spec.hostNetwork': ({ spec }) => String(spec?.['hostNetwork'] === true),
    'status.phase': ({ status }) => textAt(status, 'phase'),
    'status.podIP': ({ status }) => textAt(status, 'podIP'),
    'status.nominatedNodeName': ({ status }) => textAt(status, 'nominatedNodeName'),
  },
  template: ({ metadata, spec }) => ({
    metadata: { labels: metadata.labels, annotations: metadata.annotations },
    spec: spec as PodSpec | undefined,
  }),
  runsImages: true,
  default(object) {
    const spec = specOf(object) as PodSpec;
    defaultPodSpec(spec);
    spec['enableServiceLinks'] ??= true;
  },
  prepare(object) {
    const spec = specOf(object) as PodSpec;
    mountServiceAccountToken(spec);
    spec.priority ??= 0;
    spec.preemptionPolicy ??= 'PreemptLowerPriority';
    for (const key of TOLERATED) {
      if (spec.tolerations?.some((toleration) => !toleration.key || toleration.key === key)) continue;
      spec.tolerations = [
        ...(spec.tolerations ?? []),
        { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS },
      ];
    }
  },
  newStatus: (object) => ({ phase: 'Pending', qosClass: qosClass(podSpec(object)) }),
  validate: (object, old) => [...podSpecErrors(podSpec(object), 'spec'), ...(old ? changeErrors(object, old) : [])],
};

function changeErrors(object: Workload, old: Workload): FieldError[] {
  if (jsonEquals(unchanging(object), unchanging(old))) return [];
  const detail =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
    '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
    '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ field: 'spec', type: 'Forbidden', detail }];
}

function unchanging({ spec = {} }: Workload): JsonValue {
  const copy = structuredClone(spec) as PodSpec;
  for (const name of MUTABLE) delete copy[name];
  for (const { container } of containersOf(copy)) delete container.image;
  return JSON.parse(JSON.stringify(copy)) as JsonValue;
}

/** How safe a pod is when memory runs short: by the resources it asks for. */
function qosClass(spec: PodSpec | undefined): string {
  const all = containersOf(spec).map(({ container }) => container);
  const asks = ({ resources }: Container) => Object.keys({ ...resources?.limits, ...resources?.requests }).length > 0;
  if (!all.some(asks)) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function isGuaranteed({ resources }: Container): boolean {
  return ['cpu', 'memory'].every(
    (name) =>
      resources?.limits?.[name] !== undefined &&
      (resources.requests?.[name] ?? resources.limits[name]) === resources.limits[name],
  );
}

function readinessGates({ spec, status }: Workload): string {
  const gates = (spec?.['readinessGates'] ?? []) as { conditionType?: string }[];
  if (gates.length === 0) return NONE;
  const conditions = (status?.['conditions'] ?? []) as { type?: string; status?: string }[];
  const met = gates.filter(({ conditionType }) =>
    conditions.some(({ type, status: state }) => type === conditionType && state === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
