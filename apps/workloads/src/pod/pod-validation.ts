import {
  dnsLabelProblems,
  type FieldError,
  labelKeyProblems,
  labelValueProblems,
  supportedValues,
} from '@faktorz/apimachinery';
import { type Container, containersOf, type PodSpec, type PodTemplate } from './pod-spec.js';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];

export interface PodRules {
  /** Restart policies the kind allows; all when absent. */
  restartPolicies?: readonly string[];
  /** May an image be blank, to be filled in by a trigger? Not in a pod. */
  isTemplate?: boolean;
  /** Names of volumes that the kind adds to those of its template (claims of a StatefulSet). */
  claims?: readonly string[];
  /** Containers whose image an ImageChange trigger of a DeploymentConfig fills in. */
  filledIn?: ReadonlySet<string>;
}

/** What is wrong with a pod template; `path` is where it stands. */
export function templateErrors(template: PodTemplate | undefined, path: string, rules: PodRules): FieldError[] {
  return [
    ...Object.entries(template?.metadata?.labels ?? {}).flatMap(([key, value]) =>
      [
        ...labelKeyProblems(key).map((detail) => ({ value: key, detail })),
        ...labelValueProblems(value).map((detail) => ({ value, detail })),
      ].map((problem) => ({ field: `${path}.metadata.labels`, type: 'Invalid' as const, ...problem })),
    ),
    ...podSpecErrors(template?.spec, `${path}.spec`, { ...rules, isTemplate: true }),
  ];
}

/** What is wrong with a pod spec; `path` is where it stands. */
export function podSpecErrors(spec: PodSpec | undefined, path: string, rules: PodRules = {}): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec?.containers?.length) errors.push({ field: `${path}.containers`, type: 'Required', detail: '' });
  const allowed = rules.restartPolicies ?? RESTART_POLICIES;
  if (spec?.restartPolicy && !allowed.includes(spec.restartPolicy))
    errors.push(unsupported(`${path}.restartPolicy`, spec.restartPolicy, allowed));
  const volumes = new Set(rules.claims);
  (spec?.volumes ?? []).forEach(({ name = '' }, index) => {
    const field = `${path}.volumes[${index}].name`;
    errors.push(...nameErrors(name, field));
    if (volumes.has(name)) errors.push({ field, type: 'Duplicate', value: name, detail: '' });
    volumes.add(name);
  });
  const names = new Set<string>();
  for (const { container, path: at } of containersOf(spec)) {
    const field = `${path}.${at}`;
    errors.push(...containerErrors(container, field, volumes, rules));
    const { name = '' } = container;
    if (name && names.has(name)) errors.push({ field: `${field}.name`, type: 'Duplicate', value: name, detail: '' });
    names.add(name);
  }
  return errors;
}

function containerErrors(
  container: Container,
  path: string,
  volumes: ReadonlySet<string>,
  rules: PodRules,
): FieldError[] {
  const { name = '', image = '', imagePullPolicy = '' } = container;
  const errors = nameErrors(name, `${path}.name`);
  if (image === '') {
    if (!rules.filledIn?.has(name)) errors.push({ field: `${path}.image`, type: 'Required', detail: '' });
  } else if (!rules.isTemplate && image !== image.trim()) {
    errors.push({
      field: `${path}.image`,
      type: 'Invalid',
      value: image,
      detail: 'must not have leading or trailing whitespace',
    });
  }
  if (!PULL_POLICIES.includes(imagePullPolicy))
    errors.push(unsupported(`${path}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES));
  (container.ports ?? []).forEach(({ containerPort = 0 }, index) => {
    if (containerPort >= 1 && containerPort <= 65535) return;
    const field = `${path}.ports[${index}].containerPort`;
    errors.push(
      containerPort === 0
        ? { field, type: 'Required', detail: '' }
        : { field, type: 'Invalid', value: containerPort, detail: 'must be between 1 and 65535, inclusive' },
    );
  });
  (container.env ?? []).forEach((variable, index) => {
    if (!variable.name) errors.push({ field: `${path}.env[${index}].name`, type: 'Required', detail: '' });
  });
  (container.volumeMounts ?? []).forEach((mount, index) => {
    const field = `${path}.volumeMounts[${index}]`;
    if (!mount.mountPath) errors.push({ field: `${field}.mountPath`, type: 'Required', detail: '' });
    if (!mount.name) errors.push({ field: `${field}.name`, type: 'Required', detail: '' });
    else if (!volumes.has(mount.name))
      errors.push({ field: `${field}.name`, type: 'NotFound', value: mount.name, detail: '' });
  });
  return errors;
}

function nameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [{ field, type: 'Required', detail: '' }];
  return dnsLabelProblems(name).map((detail) => ({ field, type: 'Invalid', value: name, detail }));
}

function unsupported(field: string, value: string, allowed: readonly string[]): FieldError {
  if (value === '') return { field, type: 'Required', detail: '' };
  return { field, type: 'NotSupported', value, detail: supportedValues(allowed) };
}
