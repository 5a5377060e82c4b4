import type { KubeObject } from '../../client/kube-object.js';
import { containerLines, placementLines, volumeLines } from './pod-template.js';
import type { PodSpec } from './pod-spec.types.js';

type Selector = { matchLabels?: Record<string, string>; matchExpressions?: Expression[] };
type Expression = { key: string; operator: string; values?: string[] };

interface ContainerState {
  name: string;
  ready?: boolean;
  restartCount?: number;
  imageID?: string;
  state?: Record<string, { reason?: string } | undefined>;
}

/** What descriptions show of the kinds below; each has some of it. */
export interface Workload extends KubeObject {
  spec?: PodSpec & {
    replicas?: number;
    paused?: boolean;
    selector?: Selector | Record<string, string>;
    strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: unknown; maxSurge?: unknown } };
    updateStrategy?: { type?: string };
    minReadySeconds?: number;
    progressDeadlineSeconds?: number;
    serviceName?: string;
    schedule?: string;
    timeZone?: string;
    concurrencyPolicy?: string;
    suspend?: boolean;
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    startingDeadlineSeconds?: number;
    parallelism?: number;
    completions?: number;
    completionMode?: string;
    backoffLimit?: number;
    jobTemplate?: { spec?: { parallelism?: number; completions?: number } };
  };
  status?: {
    conditions?: { type: string; status: string; reason?: string }[] | null;
    phase?: string;
    reason?: string;
    message?: string;
    podIP?: string;
    qosClass?: string;
    startTime?: string;
    completionTime?: string;
    lastScheduleTime?: string;
    active?: number | { name?: string }[];
    initContainerStatuses?: ContainerState[] | null;
    containerStatuses?: ContainerState[] | null;
  } & Record<string, unknown>;
}

type Lines = (object: Workload) => string;

const KINDS: Readonly<Record<string, Lines>> = {
  Pod: podLines,
  Deployment: deploymentLines,
  ReplicaSet: (object) => controlledBy(object) + selectorLine(object) + replicasLine(object) + podsLine(object),
  ReplicationController: (object) => selectorLine(object) + replicasLine(object) + podsLine(object),
  StatefulSet: (object) =>
    selectorLine(object) +
    `Replicas:\t${object.spec?.replicas ?? 1} desired | ${count(object, 'replicas')} total\n` +
    line('Update Strategy', object.spec?.updateStrategy?.type) +
    podsLine(object),
  DaemonSet: (object) =>
    selectorLine(object) +
    `Desired Number of Nodes Scheduled:\t${count(object, 'desiredNumberScheduled')}\n` +
    `Current Number of Nodes Scheduled:\t${count(object, 'currentNumberScheduled')}\n` +
    `Number of Nodes Scheduled with Up-to-date Pods:\t${count(object, 'updatedNumberScheduled')}\n` +
    `Number of Nodes Scheduled with Available Pods:\t${count(object, 'numberAvailable')}\n`,
  Job: jobLines,
  CronJob: cronJobLines,
};

/** What a kind says of itself, between the head and the pod template. */
export function ownLines(object: Workload): string {
  return KINDS[object.kind ?? '']?.(object) ?? '';
}

function deploymentLines(object: Workload): string {
  const { replicas = 1, strategy = {}, minReadySeconds = 0, paused } = object.spec ?? {};
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? {};
  const counts = [
    `${replicas} desired`,
    `${count(object, 'updatedReplicas')} updated`,
    `${count(object, 'replicas')} total`,
    `${count(object, 'availableReplicas')} available`,
    `${count(object, 'unavailableReplicas')} unavailable`,
  ];
  return [
    line('CreationTimestamp', mailDate(object.metadata?.creationTimestamp)),
    selectorLine(object),
    `Replicas:\t${counts.join(' | ')}\n`,
    line('StrategyType', strategy.type),
    `MinReadySeconds:\t${minReadySeconds}\n`,
    strategy.rollingUpdate
      ? `RollingUpdateStrategy:\t${String(maxUnavailable)} max unavailable, ${String(maxSurge)} max surge\n`
      : '',
    paused ? 'Paused:\ttrue\n' : '',
  ].join('');
}

function podLines(object: Workload): string {
  const { spec = {}, status = {} } = object;
  const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return [
    `Service Account:\t${spec.serviceAccountName ?? 'default'}\n`,
    `Node:\t${spec.nodeName ?? '<none>'}\n`,
    line('Start Time', status.startTime),
    `Status:\t${status.phase ?? ''}\n`,
    line('Reason', status.reason),
    line('Message', status.message),
    `IP:\t${status.podIP ?? ''}\n`,
    controlledBy(object),
    containerLines(spec, new Map(states.map((state) => [state.name, stateLines(state)]))),
    volumeLines(spec),
    line('QoS Class', status.qosClass),
    placementLines(spec),
  ].join('');
}

function stateLines({ ready = false, restartCount = 0, imageID, state }: ContainerState): string {
  const [name, about] = Object.entries(state ?? {})[0] ?? ['waiting', undefined];
  return [
    imageID ? `Image ID:\t${imageID}\n` : '',
    `State:\t${name.charAt(0).toUpperCase()}${name.slice(1)}\n`,
    about?.reason ? `  Reason:\t${about.reason}\n` : '',
    `Ready:\t${ready ? 'True' : 'False'}\n`,
    `Restart Count:\t${restartCount}\n`,
  ].join('');
}

function jobLines(object: Workload): string {
  const { spec = {}, status = {} } = object;
  const active = typeof status.active === 'number' ? status.active : 0;
  return [
    selectorLine(object),
    controlledBy(object),
    `Parallelism:\t${spec.parallelism ?? '<unset>'}\n`,
    `Completions:\t${spec.completions ?? '<unset>'}\n`,
    line('Completion Mode', spec.completionMode),
    `Suspend:\t${spec.suspend === true}\n`,
    `Backoff Limit:\t${spec.backoffLimit ?? '<unset>'}\n`,
    line('Start Time', status.startTime),
    line('Completed At', status.completionTime),
    `Pods Statuses:\t${active} Active / ${count(object, 'succeeded')} Succeeded / ${count(object, 'failed')} Failed\n`,
  ].join('');
}

function cronJobLines({ spec = {}, status = {} }: Workload): string {
  const { parallelism, completions } = spec.jobTemplate?.spec ?? {};
  const active = Array.isArray(status.active) ? status.active.map(({ name }) => name ?? '') : [];
  return [
    `Schedule:\t${spec.schedule ?? ''}\n`,
    line('Time Zone', spec.timeZone),
    `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}\n`,
    `Suspend:\t${spec.suspend === true}\n`,
    `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}\n`,
    `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}\n`,
    `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds ?? '<unset>'}\n`,
    `Parallelism:\t${parallelism ?? '<unset>'}\n`,
    `Completions:\t${completions ?? '<unset>'}\n`,
    `Last Schedule Time:\t${status.lastScheduleTime ?? '<unset>'}\n`,
    `Active Jobs:\t${active.join(', ') || '<none>'}\n`,
  ].join('');
}

function line(label: string, value: string | null | undefined): string {
  return value ? `${label}:\t${value}\n` : '';
}

/** As kubectl writes a date: `Mon, 02 Jan 2006 15:04:05 +0000`. */
function mailDate(timestamp: string | null | undefined): string {
  return timestamp ? new Date(timestamp).toUTCString().replace('GMT', '+0000') : '';
}

function count({ status }: Workload, field: string): number {
  const value = status?.[field];
  return typeof value === 'number' ? value : 0;
}

function replicasLine(object: Workload): string {
  return `Replicas:\t${count(object, 'replicas')} current / ${object.spec?.replicas ?? 1} desired\n`;
}

function podsLine(object: Workload): string {
  return `Pods Ready:\t${count(object, 'readyReplicas')}\n`;
}

function controlledBy({ metadata }: Workload): string {
  const owners = (metadata?.['ownerReferences'] ?? []) as { kind: string; name: string; controller?: boolean }[];
  const owner = owners.find(({ controller }) => controller);
  return owner ? `Controlled By:\t${owner.kind}/${owner.name}\n` : '';
}

function selectorLine({ spec }: Workload): string {
  return `Selector:\t${selectorText(spec?.selector) || '<unset>'}\n`;
}

/** A plain map of labels, or labels and expressions over them, in the notation of `-l`. */
export function selectorText(selector: Selector | Record<string, string> | undefined): string {
  if (!selector) return '';
  const isFull = typeof selector.matchLabels === 'object' || Array.isArray(selector.matchExpressions);
  const { matchLabels = {}, matchExpressions = [] } = (isFull ? selector : { matchLabels: selector }) as Selector;
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  return [...labels.sort(), ...matchExpressions.map(expressionText)].join(',');
}

function expressionText({ key, operator, values = [] }: Expression): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
}
