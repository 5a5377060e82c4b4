/**
 * The one execution rule: pods and builds may not run an image that forbids it (contract: pod admission, §4). It is the
 * rule that OpenShift has by default; there is no configuration of others.
 */
const EXECUTION_RULE = 'execution-denied';

const DENY_EXECUTION_ANNOTATION = 'images.openshift.io/deny-execution';

/** On a namespace: names of rules, separated by commas, that do not hold there. */
export const IGNORE_RULES_ANNOTATION = 'alpha.image.policy.openshift.io/ignore-rules';

/** How a field with such an image is refused. */
export const IMAGE_PROHIBITED = 'this image is prohibited by policy';

type Annotations = Readonly<Record<string, string>> | null | undefined;

/** Does an image with these annotations forbid to be run? Those of the tag it was found by come last and win. */
export function deniesExecution(...annotations: readonly Annotations[]): boolean {
  const merged: Readonly<Record<string, string>> = Object.assign({}, ...annotations);
  return merged[DENY_EXECUTION_ANNOTATION] === 'true';
}

/** Is a namespace with these annotations spared the rule? */
export function ignoresExecutionRule(annotations: Annotations): boolean {
  return (annotations?.[IGNORE_RULES_ANNOTATION] ?? '').split(',').includes(EXECUTION_RULE);
}
