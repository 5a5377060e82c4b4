import { Cron } from 'croner';

const DAILY = '0 0 * * *';
const WORD = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const FIVE_FIELDS = /^\S+(\s+\S+){4}$/;

/** Why a schedule cannot be followed; undefined when it can. */
export function scheduleProblem(schedule: string): string | undefined {
  const text = schedule.trim();
  if (text === '') return undefined;
  if (!WORD.test(text) && !FIVE_FIELDS.test(text)) {
    return 'must be five fields of cron (minute, hour, day of month, month, day of week), or a word such as @daily';
  }
  try {
    return cronOf(text).nextRun() === null ? 'there is no such time' : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first time of a good schedule after `after`, in UTC. */
export function nextTime(schedule: string | undefined, after: Date): Date | undefined {
  return cronOf(schedule?.trim() || DAILY).nextRun(after) ?? undefined;
}

function cronOf(text: string): Cron {
  return new Cron(text, { timezone: 'UTC' });
}
