import { coversPath, coversResource, matches, type PolicyRule } from './rbac.js';

/** Is every right of `rule` among `held`? Rules are compared right by right, as Kubernetes does to prevent escalation. */
export function rulesCover(held: readonly PolicyRule[], rule: PolicyRule): boolean {
  return singleRights(rule).every((right) => isHeld(held, right));
}

/**
 * The rights of `rules` that are not among `held`, as Kubernetes names them in its refusals: a line for each resource
 * with the verbs that are missing, and for each path and verb.
 */
export function describeMissing(held: readonly PolicyRule[], rules: readonly PolicyRule[]): string[] {
  const rights = rules.flatMap(singleRights).filter((right) => !isHeld(held, right));
  const rulesOfResources = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const right of rights) {
    if ('path' in right) {
      others.push({ verbs: [right.verb], nonResourceURLs: [right.path] });
      continue;
    }
    const { verb, group, resource, name } = right;
    const key = JSON.stringify([group, resource, name]);
    const known = rulesOfResources.get(key);
    if (!known)
      rulesOfResources.set(key, {
        verbs: [verb],
        apiGroups: [group],
        resources: [resource],
        ...(name !== undefined && { resourceNames: [name] }),
      });
    else if (!known.verbs.includes(verb)) known.verbs.push(verb);
  }
  return [...new Set([...rulesOfResources.values(), ...others].map(describeRule))].sort();
}

function describeRule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const parts = {
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
    Verbs: verbs,
  };
  const shown = Object.entries(parts).filter(([, values]) => values?.length);
  return `{${shown.map(([name, values]) => `${name}:[${values!.map((value) => JSON.stringify(value)).join(' ')}]`).join(', ')}}`;
}

function isHeld(held: readonly PolicyRule[], right: SingleRight): boolean {
  return held.some((rule) => ruleHolds(rule, right));
}

/** One verb on one thing. */
type SingleRight =
  { verb: string; group: string; resource: string; name: string | undefined } | { verb: string; path: string };

function singleRights(rule: PolicyRule): SingleRight[] {
  const names: (string | undefined)[] = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const { verbs, apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name): SingleRight => ({ verb, group, resource, name }))),
    ),
  );
  const onPaths = nonResourceURLs.flatMap((path) => verbs.map((verb): SingleRight => ({ verb, path })));
  return [...onResources, ...onPaths];
}

function ruleHolds(rule: PolicyRule, right: SingleRight): boolean {
  if (!matches(rule.verbs, right.verb)) return false;
  if ('path' in right) return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, right.path));
  const subresource = right.resource.split('/')[1] ?? '';
  if (!matches(rule.apiGroups, right.group) || !coversResource(rule.resources ?? [], right.resource, subresource))
    return false;
  return !rule.resourceNames?.length || (right.name !== undefined && rule.resourceNames.includes(right.name));
}
