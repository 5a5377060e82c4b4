import { isDeepStrictEqual } from 'node:util';
import { type FieldError, type StoredResourceStrategy, supportedValues } from '@faktorz/apimachinery';
import { goDurationMs } from '@faktorz/domain';
import { Inject, Injectable } from '@nestjs/common';
import { scheduleProblem } from './cron-schedule.js';
import { type ImagePruner, THE_PRUNER } from './image-pruner.js';
import { CLOCK, type Clock } from './pruner.tokens.js';
import { scheduledStatus } from './pruner-status.js';

const LOG_LEVELS = ['Normal', 'Debug', 'Trace', 'TraceAll'];
const COUNTS = ['keepTagRevisions', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const;
/** Outcomes are kept in the object itself. */
const MOST_OUTCOMES = 100;

/** How image pruners come into being and change. */
@Injectable()
export class ImagePrunerStrategy implements StoredResourceStrategy<ImagePruner> {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  default(pruner: ImagePruner): void {
    const { spec = {} } = pruner;
    pruner.spec = spec;
    spec.keepTagRevisions ??= 3;
    if (spec.keepYoungerThan === undefined) spec.keepYoungerThanDuration ||= '60m0s';
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 3;
    spec.logLevel ||= 'Normal';
  }

  prepareForCreate(pruner: ImagePruner): void {
    pruner.metadata.generation = 1;
    pruner.status = this.statusOf(pruner, undefined);
  }

  prepareForUpdate(pruner: ImagePruner, old: ImagePruner): void {
    const isSame = isDeepStrictEqual(pruner.spec, old.spec);
    pruner.metadata.generation = (old.metadata.generation ?? 1) + (isSame ? 0 : 1);
    pruner.status = isSame ? old.status : this.statusOf(pruner, old.status);
  }

  validateName(name: string): string[] {
    return name === THE_PRUNER ? [] : [`must be '${THE_PRUNER}': there is one image pruner`];
  }

  validate({ spec }: ImagePruner): FieldError[] {
    const problem = scheduleProblem(spec.schedule ?? '');
    return [
      ...(problem === undefined ? [] : [invalid('spec.schedule', spec.schedule, problem)]),
      ...COUNTS.flatMap((field) => countErrors(field, spec[field])),
      ...ageErrors(spec),
      ...(spec.logLevel && !LOG_LEVELS.includes(spec.logLevel)
        ? [unsupported('spec.logLevel', spec.logLevel, LOG_LEVELS)]
        : []),
    ];
  }

  /** A schedule that is not good has no next time, and is refused in a moment. */
  private statusOf(pruner: ImagePruner, status: ImagePruner['status']): ImagePruner['status'] {
    return scheduleProblem(pruner.spec.schedule ?? '') === undefined
      ? scheduledStatus(pruner, status, this.clock())
      : status;
  }
}

function countErrors(field: (typeof COUNTS)[number], count: number | undefined): FieldError[] {
  if (count === undefined) return [];
  const path = `spec.${field}`;
  if (count < 0) return [invalid(path, count, 'must be greater than or equal to 0')];
  const isTooMany = field !== 'keepTagRevisions' && count > MOST_OUTCOMES;
  return isTooMany ? [invalid(path, count, `must be less than or equal to ${MOST_OUTCOMES}`)] : [];
}

function ageErrors({ keepYoungerThan, keepYoungerThanDuration }: ImagePruner['spec']): FieldError[] {
  const errors: FieldError[] = [];
  if (keepYoungerThan !== undefined && keepYoungerThan < 0) {
    errors.push(invalid('spec.keepYoungerThan', keepYoungerThan, 'must be greater than or equal to 0'));
  }
  if (!keepYoungerThanDuration) return errors;
  const path = 'spec.keepYoungerThanDuration';
  const ms = goDurationMs(keepYoungerThanDuration);
  if (ms === undefined) errors.push(invalid(path, keepYoungerThanDuration, 'must be a duration such as 60m or 1h30m'));
  else if (ms < 0) errors.push(invalid(path, keepYoungerThanDuration, 'must be greater than or equal to 0'));
  return errors;
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { field, type: 'Invalid', value, detail };
}

function unsupported(field: string, value: string, known: string[]): FieldError {
  return { field, type: 'NotSupported', value, detail: supportedValues(known) };
}
