import type { FieldError } from '@faktorz/apimachinery';
import { ageColumn, countColumn, nameColumn, textColumn } from '../kind/columns.js';
import { specOf, type WorkloadKind } from '../kind/workload-kind.js';
import type { Workload } from '../pod/pod-spec.js';
import { type ObjectReference, tagOf } from './object-reference.js';
import { buildErrors, defaultBuildParts, sourceText, strategyFrom, strategyType } from './build-strategy.js';

interface Hook {
  secret?: string;
  secretReference?: { name?: string };
}

interface Trigger {
  type?: string;
  github?: Hook;
  gitlab?: Hook;
  bitbucket?: Hook;
  generic?: Hook;
  imageChange?: { from?: ObjectReference; paused?: boolean; lastTriggeredImageID?: string };
}

/** Calls from outside that start builds, and where their secrets stand. */
const HOOKS: Readonly<Record<string, 'github' | 'gitlab' | 'bitbucket' | 'generic'>> = {
  GitHub: 'github',
  GitLab: 'gitlab',
  Bitbucket: 'bitbucket',
  Generic: 'generic',
};
const HISTORY = 5;
const RUN_POLICIES = ['Serial', 'Parallel', 'SerialLatestOnly'];
const triggersOf = ({ spec }: Workload) => (spec?.['triggers'] ?? []) as Trigger[];

export const buildConfig: WorkloadKind = {
  group: 'build.openshift.io',
  kind: 'BuildConfig',
  plural: 'buildconfigs',
  singular: 'buildconfig',
  shortNames: ['bc'],
  categories: ['all'],
  columns: [
    nameColumn,
    textColumn('Type', 'How it builds.', ({ spec }) => strategyType(spec)),
    textColumn('From', 'Where the source comes from.', ({ spec }) => sourceText(spec)),
    countColumn('Latest', 'Number of the latest build.', 'status', 'lastVersion'),
    ageColumn,
  ],
  default(object) {
    const spec = specOf(object);
    defaultBuildParts(spec);
    spec['runPolicy'] ||= 'Serial';
    spec['successfulBuildsHistoryLimit'] ??= HISTORY;
    spec['failedBuildsHistoryLimit'] ??= HISTORY;
    spec['triggers'] ??= [];
    for (const trigger of triggersOf(object)) if (trigger.type === 'ImageChange') trigger.imageChange ??= {};
  },
  newStatus: () => ({ lastVersion: 0 }),
  validate(object) {
    const policy = object.spec?.['runPolicy'];
    const errors = [...buildErrors(object.spec), ...triggerErrors(object)];
    if (RUN_POLICIES.includes(String(policy))) return errors;
    const detail = `run policy must be ${RUN_POLICIES.join(', ')}`;
    return [...errors, { field: 'spec.runPolicy', type: 'Invalid', value: policy, detail }];
  },
  statusIsWrittenWith: 'object',
};

/** No two triggers may watch the same image, and what they watch is a tag of a stream. */
function triggerErrors(object: Workload): FieldError[] {
  const seen = new Set<string>();
  return triggersOf(object).flatMap((trigger, index): FieldError[] => {
    const { type, imageChange } = trigger;
    const field = `spec.triggers[${index}]`;
    if (!type) return [{ field: `${field}.type`, type: 'Required', detail: '' }];
    const hook = HOOKS[type];
    if (hook) return hookErrors(trigger[hook], `${field}.${hook}`);
    if (type !== 'ImageChange') return [];
    const from = imageChange?.from ?? strategyFrom(object.spec);
    if (imageChange?.from && imageChange.from.kind !== 'ImageStreamTag') {
      const detail = 'only an ImageStreamTag type of reference is allowed in an ImageChange trigger.';
      return [{ field: `${field}.imageChange.from.kind`, type: 'Invalid', value: imageChange.from.kind ?? '', detail }];
    }
    if (imageChange?.from && !tagOf(imageChange.from, '')) {
      const detail = 'must be in the form of <name>:<tag>';
      return [{ field: `${field}.imageChange.from.name`, type: 'Invalid', value: imageChange.from.name ?? '', detail }];
    }
    if (!from || from.kind !== 'ImageStreamTag') {
      const detail =
        'a default ImageChange trigger can only be used when the build strategy includes an ImageStreamTag reference.';
      return [{ field: `${field}.imageChange`, type: 'Invalid', value: from?.kind ?? '', detail }];
    }
    const watched = `${from.namespace || object.metadata.namespace}/${from.name ?? ''}`;
    if (!seen.has(watched)) {
      seen.add(watched);
      return [];
    }
    const detail = 'multiple ImageChange triggers refer to the same image stream tag';
    return [{ field: 'spec.triggers', type: 'Invalid', value: from.name ?? '', detail }];
  });
}

/** A call from outside has to know a secret. */
function hookErrors(hook: Hook | undefined, field: string): FieldError[] {
  if (!hook) return [{ field, type: 'Required', detail: '' }];
  if (hook.secret || hook.secretReference?.name) return [];
  return [
    {
      field,
      type: 'Invalid',
      value: hook,
      detail: 'must provide a value for at least one of secret or secretReference',
    },
  ];
}
