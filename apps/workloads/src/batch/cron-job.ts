import { ageColumn, ageOf, containerColumns, nameColumn, selectorColumn, textColumn } from '../kind/columns.js';
import { defaultTemplate, notNegative } from '../kind/template-owner.js';
import { ensured, specOf, textAt, type WorkloadKind } from '../kind/workload-kind.js';
import type { Open, PodTemplate, Workload } from '../pod/pod-spec.js';
import { jobSpecErrors } from './job.js';

const jobTemplate = ({ spec }: Workload) => spec?.['jobTemplate'] as { spec?: Open } | undefined;
const templateOf = (object: Workload) => jobTemplate(object)?.spec?.['template'] as PodTemplate | undefined;
/** Five fields, or a word for a period. */
const SCHEDULE = /^(?:(?:TZ|CRON_TZ)=\S+\s+)?(?:@\w+(?: \S+)?|\S+(?:\s+\S+){4})$/;
const POLICIES = ['Allow', 'Forbid', 'Replace'];

export const cronJob: WorkloadKind = {
  group: 'batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  columns: [
    nameColumn,
    textColumn('Schedule', 'When it runs.', ({ spec }) => textAt(spec, 'schedule')),
    textColumn('Timezone', 'Where the clock hangs.', ({ spec }) => textAt(spec, 'timeZone') || '<none>'),
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'Does it rest?',
      cell: ({ spec }) => (spec?.['suspend'] === true ? 'True' : 'False'),
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'How many jobs are running.',
      cell: ({ status }) => ((status?.['active'] ?? []) as unknown[]).length,
    },
    textColumn('Last Schedule', 'How long ago it ran last.', ({ status }, now) => {
      const time = textAt(status, 'lastScheduleTime');
      return time === '' ? '<none>' : ageOf(time, now);
    }),
    ageColumn,
    ...containerColumns(templateOf),
    selectorColumn(() => ''),
  ],
  template: templateOf,
  default(object) {
    const spec = specOf(object);
    spec['concurrencyPolicy'] ||= 'Allow';
    spec['suspend'] ??= false;
    spec['successfulJobsHistoryLimit'] ??= 3;
    spec['failedJobsHistoryLimit'] ??= 1;
    const template = ensured(spec, 'jobTemplate');
    ensured(template, 'metadata');
    defaultTemplate(ensured(template, 'spec'));
  },
  newStatus: () => ({}),
  validate(object) {
    const schedule = textAt(object.spec, 'schedule').trim();
    const policy = textAt(object.spec, 'concurrencyPolicy');
    return [
      ...(schedule === '' ? [{ field: 'spec.schedule', type: 'Required' as const, detail: '' }] : []),
      ...(schedule !== '' && !SCHEDULE.test(schedule)
        ? [
            {
              field: 'spec.schedule',
              type: 'Invalid' as const,
              value: schedule,
              detail: `expected exactly 5 fields, found ${schedule.split(/\s+/).length}: [${schedule}]`,
            },
          ]
        : []),
      ...(POLICIES.includes(policy)
        ? []
        : [
            {
              field: 'spec.concurrencyPolicy',
              type: 'NotSupported' as const,
              value: policy,
              detail: `supported values: ${POLICIES.map((name) => `"${name}"`).join(', ')}`,
            },
          ]),
      ...jobSpecErrors(jobTemplate(object)?.spec, 'spec.jobTemplate.spec'),
      ...notNegative(object, 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit', 'startingDeadlineSeconds'),
    ];
  },
};
