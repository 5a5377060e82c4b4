import type { TagCondition, TagEvent } from './types.js';

/** What a failed import says about its tag. */
export interface ImportFailure {
  reason?: string;
  message?: string;
}

/** The condition of a failed import; `generation` is the stream's after the write. */
export function importFailureCondition(failure: ImportFailure, generation: number, now: string): TagCondition {
  return {
    type: 'ImportSuccess',
    status: 'False',
    lastTransitionTime: now,
    ...(failure.reason && { reason: failure.reason }),
    message: failure.message || 'unknown error prevented import',
    generation,
  };
}

/** Do two conditions say the same, whenever and at whatever generation they arose? */
export function sameCondition(a: TagCondition, b: TagCondition): boolean {
  return (
    a.type === b.type &&
    a.status === b.status &&
    (a.reason ?? '') === (b.reason ?? '') &&
    (a.message ?? '') === (b.message ?? '')
  );
}

/** Is a condition that says the same among these? */
export function hasCondition(conditions: readonly TagCondition[], condition: TagCondition): boolean {
  return conditions.some((existing) => sameCondition(existing, condition));
}

/** The generation of the spec tag whose import was last seen to end, well or badly; 0 when none was. */
export function observedGeneration(newest: TagEvent | undefined, conditions: readonly TagCondition[]): number {
  const condition = conditions.find(({ type }) => type === 'ImportSuccess');
  return Math.max(newest?.generation ?? 0, condition?.generation ?? 0);
}
