import type { KubeObject } from '@faktorz/apimachinery';
import { MASTERS_GROUP, type AccessAttributes, type Identity } from '@faktorz/domain';
import {
  RBAC_GROUP,
  describeSubject,
  keysOfIdentity,
  ruleAllows,
  selectsLabels,
  subjectKey,
  type ClusterRole,
  type PolicyRule,
  type Role,
  type RoleBinding,
  type Subject,
} from './rbac.js';
import { rulesCover } from './single-rights.js';
import { isUnlimited, rulesReached, scopesReach } from './token-scopes.js';

export interface AccessDecision {
  allowed: boolean;
  /** Which binding allowed it; or, of a refusal, what is broken about the caller's bindings. */
  reason: string;
  evaluationError?: string;
}

/** A binding as one subject meets it. */
interface Grant {
  binding: RoleBinding;
  subject: Subject;
}

export type AccessKind = 'roles' | 'clusterroles' | 'rolebindings' | 'clusterrolebindings';

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/**
 * All roles and bindings in memory, found by subject: a decision costs what the caller's own bindings cost, however
 * many others there are. It is fed with objects as they are written and knows nothing of where they are kept.
 */
export class AccessIndex {
  private readonly roles = new Map<string, Role>();
  private readonly clusterRoles = new Map<string, ClusterRole>();
  private readonly bindings = new Map<string, RoleBinding>();
  /** By namespace (empty: cluster-wide), then by subject. */
  private readonly grants = new Map<string, Map<string, Map<string, Grant>>>();
  private readonly aggregated = new Map<string, readonly PolicyRule[]>();

  /** All objects of a kind, in place of those known before. */
  replaceAll(kind: AccessKind, objects: readonly (Role | ClusterRole | RoleBinding)[]): void {
    for (const { metadata } of this.known(kind)) this.remove(kind, metadata.namespace, metadata.name);
    for (const object of objects) this.put(kind, object);
  }

  /** Takes an object as it is now; one older than what is known is passed over, since writes arrive on two roads. */
  put(kind: AccessKind, object: Role | ClusterRole | RoleBinding): void {
    if (isOlder(object, this.find(kind, object.metadata.namespace, object.metadata.name))) return;
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (kind === 'roles') this.roles.set(key, object as Role);
    else if (kind === 'clusterroles') {
      this.clusterRoles.set(object.metadata.name, object as ClusterRole);
      this.aggregated.clear();
    } else {
      this.unbind(key);
      this.bind(key, object as RoleBinding);
    }
  }

  remove(kind: AccessKind, namespace: string | undefined, name: string): void {
    if (kind === 'roles') this.roles.delete(keyOf(namespace, name));
    else if (kind === 'clusterroles') {
      this.clusterRoles.delete(name);
      this.aggregated.clear();
    } else this.unbind(keyOf(namespace, name));
  }

  decide(identity: Identity, asked: AccessAttributes): AccessDecision {
    if (!isUnlimited(identity) && !scopesReach(identity.scopes!, asked, (role) => this.rulesOfClusterRole(role)))
      return { allowed: false, reason: `the token's scopes [${identity.scopes!.join(' ')}] do not reach this` };
    if (identity.groups.includes(MASTERS_GROUP)) return { allowed: true, reason: '' };
    const missing = new Set<string>();
    for (const { binding, subject } of this.grantsFor(identity, asked.path === undefined ? asked.namespace : '')) {
      const rules = this.rulesOf(binding);
      if (rules === undefined) {
        missing.add(`${binding.roleRef.kind.toLowerCase()}.${RBAC_GROUP} "${binding.roleRef.name}" not found`);
      } else if (rules.some((rule) => ruleAllows(rule, asked))) {
        return { allowed: true, reason: allowedBy(binding, subject) };
      }
    }
    if (missing.size === 0) return { allowed: false, reason: '' };
    const problem = [...missing].join(', ');
    const error = missing.size === 1 ? problem : `[${problem}]`;
    return { allowed: false, reason: `RBAC: ${error}`, evaluationError: error };
  }

  /** Every rule the identity holds in a namespace (empty: cluster-wide), for reviews and escalation checks. */
  rulesFor(identity: Identity, namespace: string): PolicyRule[] {
    const held = this.rulesHeld(identity, namespace);
    if (isUnlimited(identity)) return held;
    const reached = rulesReached(identity.scopes!, namespace, (role) => this.rulesOfClusterRole(role));
    return reached.filter((rule) => rulesCover(held, rule));
  }

  private rulesHeld(identity: Identity, namespace: string): PolicyRule[] {
    if (identity.groups.includes(MASTERS_GROUP)) {
      return [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ];
    }
    return this.grantsFor(identity, namespace).flatMap(({ binding }) => this.rulesOf(binding) ?? []);
  }

  /** Namespaces in which anybody is granted anything, in no order. */
  namespacesWithBindings(): string[] {
    return [...this.grants.keys()].filter((namespace) => namespace !== '');
  }

  /** The bindings in force in a namespace (empty: only those everywhere). */
  *bindingsIn(namespace: string): Iterable<RoleBinding> {
    for (const place of namespace === '' ? [''] : ['', namespace]) {
      const bySubject = this.grants.get(place) ?? new Map<string, Map<string, Grant>>();
      const keys = new Set([...bySubject.values()].flatMap((grants) => [...grants.keys()]));
      for (const key of keys) yield this.bindings.get(key)!;
    }
  }

  /** The rules behind a reference; undefined when there is no such role. */
  rulesOf({ roleRef, metadata }: Pick<RoleBinding, 'roleRef' | 'metadata'>): readonly PolicyRule[] | undefined {
    if (roleRef.kind === 'ClusterRole') return this.rulesOfClusterRole(roleRef.name);
    const role = this.roles.get(keyOf(metadata.namespace, roleRef.name));
    return role && (role.rules ?? []);
  }

  /** Rules of a cluster role, with those it aggregates from others. */
  rulesOfClusterRole(name: string): readonly PolicyRule[] | undefined {
    const role = this.clusterRoles.get(name);
    if (role === undefined) return undefined;
    const selectors = role.aggregationRule?.clusterRoleSelectors;
    if (!selectors?.length) return role.rules ?? [];
    const known = this.aggregated.get(name);
    if (known) return known;
    const rules = this.aggregate(role, new Set());
    this.aggregated.set(name, rules);
    return rules;
  }

  private known(kind: AccessKind): (Role | ClusterRole | RoleBinding)[] {
    if (kind === 'roles') return [...this.roles.values()];
    if (kind === 'clusterroles') return [...this.clusterRoles.values()];
    const namespaced = kind === 'rolebindings';
    return [...this.bindings.values()].filter(({ metadata }) => (metadata.namespace !== undefined) === namespaced);
  }

  private find(kind: AccessKind, namespace: string | undefined, name: string): KubeObject | undefined {
    if (kind === 'clusterroles') return this.clusterRoles.get(name);
    return (kind === 'roles' ? this.roles : this.bindings).get(keyOf(namespace, name));
  }

  private aggregate(role: ClusterRole, seen: Set<string>): PolicyRule[] {
    if (seen.has(role.metadata.name)) return [];
    seen.add(role.metadata.name);
    const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
    if (selectors.length === 0) return role.rules ?? [];
    return [...this.clusterRoles.values()]
      .filter((other) => selectors.some((selector) => selectsLabels(selector, other.metadata.labels ?? {})))
      .flatMap((other) => this.aggregate(other, seen));
  }

  private *grantsOf(identity: Identity, namespace: string): Iterable<Grant> {
    const bySubject = this.grants.get(namespace);
    if (bySubject === undefined) return;
    for (const key of keysOfIdentity(identity)) yield* bySubject.get(key)?.values() ?? [];
  }

  /** Cluster-wide bindings come first, as in Kubernetes: the reason names the first that allows. */
  private grantsFor(identity: Identity, namespace: string): Grant[] {
    const clusterWide = [...this.grantsOf(identity, '')];
    return namespace === '' ? clusterWide : [...clusterWide, ...this.grantsOf(identity, namespace)];
  }

  private bind(key: string, binding: RoleBinding): void {
    this.bindings.set(key, binding);
    const namespace = binding.metadata.namespace;
    for (const subject of binding.subjects ?? []) {
      const who = subjectKey(subject, namespace);
      if (who === undefined) continue;
      const bySubject = entryOf(this.grants, namespace ?? '', () => new Map<string, Map<string, Grant>>());
      entryOf(bySubject, who, () => new Map<string, Grant>()).set(key, { binding, subject });
    }
  }

  private unbind(key: string): void {
    const binding = this.bindings.get(key);
    if (binding === undefined) return;
    this.bindings.delete(key);
    const bySubject = this.grants.get(binding.metadata.namespace ?? '');
    for (const subject of binding.subjects ?? []) {
      const who = subjectKey(subject, binding.metadata.namespace);
      const grants = who === undefined ? undefined : bySubject?.get(who);
      grants?.delete(key);
      if (grants?.size === 0) bySubject?.delete(who!);
    }
  }
}

function isOlder({ metadata }: KubeObject, known: KubeObject | undefined): boolean {
  const [version, knownVersion] = [metadata.resourceVersion, known?.metadata.resourceVersion];
  return version !== undefined && knownVersion !== undefined && BigInt(version) < BigInt(knownVersion);
}

function allowedBy(binding: RoleBinding, subject: Subject): string {
  const { namespace, name } = binding.metadata;
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const path = namespace === undefined ? name : `${name}/${namespace}`;
  return `RBAC: allowed by ${kind} "${path}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${describeSubject(subject, namespace)}`;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
