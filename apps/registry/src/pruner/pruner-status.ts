import { nextTime } from './cron-schedule.js';
import {
  type ImagePruner,
  type ImagePrunerStatus,
  type PrunerCondition,
  type PruneOutcome,
  timeText,
} from './image-pruner.js';

type Finding = Omit<PrunerCondition, 'lastTransitionTime'>;

const AVAILABLE: Finding = {
  type: 'Available',
  status: 'True',
  reason: 'Ready',
  message: 'the registry follows the schedule',
};
const NOTHING_FAILED: Finding = {
  type: 'Failed',
  status: 'False',
  reason: 'Complete',
  message: 'no run has failed',
};

/** The status of a pruner whose spec is new: when it is due next. Its schedule is good. */
export function scheduledStatus(
  { metadata, spec }: ImagePruner,
  status: ImagePrunerStatus | undefined,
  now: Date,
): ImagePrunerStatus {
  const next = spec.suspend ? undefined : nextTime(spec.schedule, now);
  const failed = status?.conditions?.find(({ type }) => type === 'Failed') ?? NOTHING_FAILED;
  return {
    observedGeneration: metadata.generation,
    conditions: conditionsOf(status, [AVAILABLE, failed, scheduling(next)], now),
    nextScheduleTime: next && timeText(next),
    history: status?.history,
  };
}

/** The status after a run: what came of it, and the next time after now, however many were missed. */
export function finishedStatus(pruner: ImagePruner, outcome: PruneOutcome, now: Date): ImagePrunerStatus {
  const status = scheduledStatus(pruner, pruner.status, now);
  const failed: Finding = {
    type: 'Failed',
    status: outcome.result === 'Failed' ? 'True' : 'False',
    reason: outcome.result === 'Failed' ? 'RunFailed' : 'Complete',
    message: outcome.message,
  };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'Failed');
  return {
    ...status,
    conditions: conditionsOf(pruner.status, [...others, failed], now),
    history: kept([outcome, ...(pruner.status?.history ?? [])], pruner.spec),
  };
}

function scheduling(next: Date | undefined): Finding {
  return next
    ? { type: 'Scheduled', status: 'True', reason: 'Scheduled', message: 'runs begin on schedule' }
    : { type: 'Scheduled', status: 'False', reason: 'Suspended', message: 'spec.suspend is true' };
}

function kept(outcomes: readonly PruneOutcome[], spec: ImagePruner['spec']): PruneOutcome[] {
  const left = { Succeeded: spec.successfulJobsHistoryLimit ?? 3, Failed: spec.failedJobsHistoryLimit ?? 3 };
  return outcomes.filter(({ result }) => left[result]-- > 0);
}

/** Times stay where a status is what it was. */
function conditionsOf(old: ImagePrunerStatus | undefined, found: readonly Finding[], now: Date): PrunerCondition[] {
  return found
    .map(({ type, status, reason, message }) => {
      const known = old?.conditions?.find((condition) => condition.type === type);
      const lastTransitionTime = known?.status === status ? known.lastTransitionTime : timeText(now);
      return { type, status, reason, message, lastTransitionTime };
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}
