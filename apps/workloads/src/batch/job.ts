import type { FieldError } from '@faktorz/apimachinery';
import { ageColumn, ageOf, containerColumns, nameColumn, selectorColumn, textColumn } from '../kind/columns.js';
import { defaultTemplate, immutable, notNegative, selectorTextOf, templateOf } from '../kind/template-owner.js';
import { numberAt, specOf, textAt, type WorkloadKind } from '../kind/workload-kind.js';
import type { Open, PodTemplate, Workload } from '../pod/pod-spec.js';
import { templateErrors } from '../pod/pod-validation.js';

/** A job's pods end. */
export const JOB_RESTART_POLICIES = ['OnFailure', 'Never'];

interface Condition {
  type?: string;
  status?: string;
}

export const job: WorkloadKind = {
  group: 'batch',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  columns: [
    nameColumn,
    textColumn('Status', 'How far it is.', jobStatus),
    textColumn('Completions', 'How many of the wanted pods have succeeded.', completions),
    textColumn('Duration', 'How long it has been running, or took.', ({ status }, now) => {
      const [start, end] = [textAt(status, 'startTime'), textAt(status, 'completionTime')];
      return start === '' ? '' : ageOf(start, end === '' ? now : new Date(end));
    }),
    ageColumn,
    ...containerColumns(templateOf),
    selectorColumn(selectorTextOf),
  ],
  fields: { 'status.successful': ({ status }) => String(numberAt(status, 'succeeded')) },
  template: templateOf,
  default(object) {
    const spec = specOf(object);
    defaultTemplate(spec);
    if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
    spec['parallelism'] ??= 1;
    spec['backoffLimit'] ??= 6;
    spec['completionMode'] ||= 'NonIndexed';
    spec['suspend'] ??= false;
    spec['manualSelector'] ??= false;
    spec['podReplacementPolicy'] ||= spec['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed';
    if (!object.metadata.labels && templateOf(object)?.metadata?.labels) copyLabels(object);
  },
  prepare(object) {
    const spec = specOf(object);
    if (spec['manualSelector'] === true) return;
    const { uid = '', name } = object.metadata;
    const template = spec['template'] as PodTemplate;
    template.metadata ??= {};
    template.metadata.labels = {
      ...template.metadata.labels,
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    };
    spec['selector'] ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
    if (!object.metadata.labels) copyLabels(object);
  },
  newStatus: () => ({}),
  validate: (object, old) => [
    ...jobSpecErrors(object.spec, 'spec'),
    ...notNegative(object, 'parallelism', 'completions', 'backoffLimit'),
    ...immutable(object, old, 'selector', 'template', 'completionMode'),
  ],
  looksUp: 'when made',
};

/** A job without labels has those of its pods. */
function copyLabels(object: Workload): void {
  object.metadata.labels = { ...templateOf(object)?.metadata?.labels };
}

/** What is wrong with the spec of a job, or of the jobs of a cron job. */
export function jobSpecErrors(spec: Open | undefined, path: string): FieldError[] {
  const template = spec?.['template'] as PodTemplate | undefined;
  const rules = { restartPolicies: JOB_RESTART_POLICIES };
  return templateErrors(template, `${path}.template`, rules);
}

function jobStatus({ spec, status, metadata }: Workload): string {
  const conditions = (status?.['conditions'] ?? []) as Condition[];
  const has = (type: string) => conditions.some((condition) => condition.type === type && condition.status === 'True');
  const said = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].find(has);
  if (said) return said;
  if (metadata.deletionTimestamp) return 'Terminating';
  return spec?.['suspend'] === true ? 'Suspended' : 'Running';
}

function completions({ spec, status }: Workload): string {
  const succeeded = numberAt(status, 'succeeded');
  if (typeof spec?.['completions'] === 'number') return `${succeeded}/${spec['completions']}`;
  const parallelism = numberAt(spec, 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}
