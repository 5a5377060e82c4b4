import type { FieldError } from '@faktorz/apimachinery';
import { ageColumn, countColumn, nameColumn, textColumn } from '../kind/columns.js';
import { labelsText, selectorErrors } from '../kind/label-selector.js';
import { defaultTemplate, notNegative, templateOf } from '../kind/template-owner.js';
import { ensured, numberAt, specOf, textAt, type WorkloadKind } from '../kind/workload-kind.js';
import type { Open, Workload } from '../pod/pod-spec.js';
import { templateErrors } from '../pod/pod-validation.js';
import type { DeploymentTrigger as Trigger } from './deployment-config.types.js';
import { defaultStrategy, strategyErrors } from './deployment-strategy.js';

const triggersOf = ({ spec }: Workload) => (spec?.['triggers'] ?? []) as Trigger[];
const selectorOf = ({ spec }: Workload) => spec?.['selector'] as Record<string, string> | undefined;

export const deploymentConfig: WorkloadKind = {
  group: 'apps.openshift.io',
  kind: 'DeploymentConfig',
  plural: 'deploymentconfigs',
  singular: 'deploymentconfig',
  shortNames: ['dc'],
  categories: ['all'],
  columns: [
    nameColumn,
    countColumn('Revision', 'Number of the latest rollout.', 'status', 'latestVersion'),
    countColumn('Desired', 'How many pods there should be.', 'spec', 'replicas'),
    countColumn('Current', 'How many there are of the latest rollout.', 'status', 'updatedReplicas'),
    textColumn('Triggered By', 'What starts a rollout.', (object) => triggersOf(object).map(triggerText).join(',')),
    ageColumn,
  ],
  template: templateOf,
  default: fillDefaults,
  // No image has been rolled out yet, whatever the object was copied from.
  prepare: (object) =>
    triggersOf(object).forEach(({ imageChangeParams }) => delete imageChangeParams?.lastTriggeredImage),
  newStatus: () => ({
    latestVersion: 0,
    observedGeneration: 0,
    replicas: 0,
    updatedReplicas: 0,
    availableReplicas: 0,
    unavailableReplicas: 0,
  }),
  validate(object) {
    const filledIn = new Set(
      triggersOf(object).flatMap(({ imageChangeParams }) => imageChangeParams?.containerNames ?? []),
    );
    const selector = selectorOf(object);
    return [
      ...selectorErrors(selector && { matchLabels: selector }, templateOf(object)),
      ...templateErrors(templateOf(object), 'spec.template', { restartPolicies: ['Always'], filledIn }),
      ...triggersOf(object).flatMap(triggerErrors),
      ...strategyErrors(object.spec?.['strategy'] as Open | undefined),
      ...notNegative(object, 'replicas', 'minReadySeconds', 'revisionHistoryLimit'),
    ];
  },
  allowsUnconditionalUpdate: false,
  // Clients without `instantiate` ask for a rollout by counting it themselves.
  keepStatus: (sent, old) => {
    const latestVersion = numberAt(old, 'latestVersion') + 1;
    return numberAt(sent, 'latestVersion') === latestVersion ? { ...old, latestVersion } : old;
  },
  scale: { selectorOf: (object) => labelsText(selectorOf(object)) },
};

function fillDefaults(object: Workload): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  spec['replicas'] ??= 1;
  spec['test'] ??= false;
  spec['revisionHistoryLimit'] ??= 10;
  spec['triggers'] ??= [{ type: 'ConfigChange' }];
  spec['selector'] ??= templateOf(object)?.metadata?.labels && { ...templateOf(object)?.metadata?.labels };
  for (const { type, imageChangeParams } of triggersOf(object)) {
    const from = type === 'ImageChange' ? imageChangeParams?.from : undefined;
    if (!from) continue;
    from.kind ||= 'ImageStreamTag';
    from.namespace ||= object.metadata.namespace;
  }
  defaultStrategy(ensured(spec, 'strategy'));
}

function triggerErrors({ type, imageChangeParams }: Trigger, index: number): FieldError[] {
  const path = `spec.triggers[${index}]`;
  if (!type) return [{ field: `${path}.type`, type: 'Required', detail: '' }];
  if (type !== 'ImageChange') return [];
  const params = `${path}.imageChangeParams`;
  if (!imageChangeParams) return [{ field: params, type: 'Required', detail: '' }];
  const { from, containerNames = [] } = imageChangeParams;
  const errors: FieldError[] = [];
  if (!from) errors.push({ field: `${params}.from`, type: 'Required', detail: '' });
  else if (from.kind !== 'ImageStreamTag') {
    errors.push({
      field: `${params}.from.kind`,
      type: 'Invalid',
      value: from.kind,
      detail: 'kind must be an ImageStreamTag',
    });
  } else if (!/^[^:/]+:[^:/]+$/.test(from.name ?? '')) {
    errors.push({
      field: `${params}.from.name`,
      type: 'Invalid',
      value: from.name ?? '',
      detail: 'must be in the form of <name>:<tag>',
    });
  }
  if (containerNames.length === 0) errors.push({ field: `${params}.containerNames`, type: 'Required', detail: '' });
  return errors;
}

function triggerText({ type, imageChangeParams }: Trigger): string {
  if (type === 'ConfigChange') return 'config';
  if (type !== 'ImageChange') return type ?? '';
  const name = textAt(imageChangeParams?.from as Open | undefined, 'name');
  return name === '' ? 'image' : `image(${name})`;
}
