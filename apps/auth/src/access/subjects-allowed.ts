import { MASTERS_GROUP, type AccessAttributes } from '@faktorz/domain';
import type { AccessIndex } from './access-index.js';
import { principalOf, ruleAllows } from './rbac.js';

/** Who holds a right: names, sorted, each once. */
export interface AllowedSubjects {
  /** Service accounts among them, as the users they act as. */
  users: string[];
  groups: string[];
}

/** Everybody whom a binding allows this; masters may do everything without one. */
export function subjectsAllowed(index: AccessIndex, asked: AccessAttributes): AllowedSubjects {
  const found = { User: new Set<string>(), Group: new Set([MASTERS_GROUP]) };
  for (const binding of index.bindingsIn(asked.path === undefined ? asked.namespace : '')) {
    if (!(index.rulesOf(binding) ?? []).some((rule) => ruleAllows(rule, asked))) continue;
    for (const subject of binding.subjects ?? []) {
      const principal = principalOf(subject, binding.metadata.namespace);
      if (principal) found[principal.kind].add(principal.name);
    }
  }
  return { users: [...found.User].sort(), groups: [...found.Group].sort() };
}
