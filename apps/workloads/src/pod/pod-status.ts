import { ageOf } from '../kind/columns.js';
import type { Open, PodSpec, Workload } from './pod-spec.js';

interface ContainerState {
  waiting?: { reason?: string };
  running?: object;
  terminated?: { reason?: string; exitCode?: number; signal?: number; finishedAt?: string };
}

interface ContainerStatus {
  ready?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

const statusesOf = (status: Open | undefined, key: string) => (status?.[key] ?? []) as ContainerStatus[];

/** `1/2`: containers that are ready, and all. */
export function readyText({ spec, status }: Workload): string {
  const ready = statusesOf(status, 'containerStatuses').filter((container) => container.ready).length;
  return `${ready}/${(spec as PodSpec | undefined)?.containers?.length ?? 0}`;
}

/** What `kubectl get pods` calls the state of a pod: that of the container which says most about it. */
export function podState({ metadata, spec, status }: Workload): string {
  const initial = initState(statusesOf(status, 'initContainerStatuses'));
  const wanted = ((spec as PodSpec | undefined)?.initContainers ?? []).length;
  let state = String(status?.['reason'] || status?.['phase'] || '');
  if (initial) state = initial.reason === '' ? `Init:${initial.index}/${wanted}` : `Init:${initial.reason}`;
  else {
    for (const container of [...statusesOf(status, 'containerStatuses')].reverse()) {
      const reason = container.state?.waiting?.reason || endText(container.state?.terminated);
      if (reason) state = reason;
    }
  }
  return metadata.deletionTimestamp ? 'Terminating' : state;
}

/** `3 (2m ago)`: how often containers have been started again, and when last. */
export function restartsText({ status }: Workload, now: Date): string {
  const containers = [...statusesOf(status, 'containerStatuses'), ...statusesOf(status, 'initContainerStatuses')];
  const count = containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const ends = containers.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []).sort();
  const last = ends.at(-1);
  return count > 0 && last !== undefined ? `${count} (${ageOf(last, now)} ago)` : String(count);
}

function initState(statuses: readonly ContainerStatus[]): { index: number; reason: string } | undefined {
  for (const [index, { state }] of statuses.entries()) {
    if (state?.terminated && state.terminated.exitCode === 0) continue;
    const waiting = state?.waiting?.reason;
    const reason = endText(state?.terminated) || (waiting === 'PodInitializing' ? '' : (waiting ?? ''));
    return { index, reason };
  }
  return undefined;
}

function endText(end: ContainerState['terminated']): string {
  if (!end) return '';
  return end.reason || (end.signal ? `Signal:${end.signal}` : `ExitCode:${end.exitCode ?? 0}`);
}
