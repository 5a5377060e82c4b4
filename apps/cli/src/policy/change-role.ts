import { isNotFound } from '../client/api-error.js';
import type { ApiClient } from '../client/api-client.js';
import { SERVICE_ACCOUNTS } from '../client/known-resources.js';
import type { KubeList, KubeObject } from '../client/kube-object.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, UsageError } from '../errors.js';

/** One of the eight verbs: add or remove, in a project or everywhere, users or groups. */
export interface RoleChange {
  add: boolean;
  cluster: boolean;
  subject: 'User' | 'Group';
}

interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

interface Binding extends KubeObject {
  subjects?: Subject[];
  roleRef: { apiGroup: string; kind: string; name: string };
}

const RBAC = 'rbac.authorization.k8s.io';
const API = `/apis/${RBAC}/v1`;

export function roleCommand(name: string, change: RoleChange, summary: string): Command {
  const who = change.subject === 'User' ? 'USER' : 'GROUP';
  return {
    usage: `policy ${name} ROLE ${who} [${who} ...] [options]`,
    description: `${summary}.`,
    flags: [
      { name: 'rolebinding-name', kind: 'string', usage: 'Binding to change; by default one is found or made.' },
      {
        name: 'role-namespace',
        kind: 'string',
        usage: 'Project of the role; by default a role for all projects is meant.',
      },
      ...(change.subject === 'User'
        ? [
            {
              name: 'serviceaccount',
              short: 'z',
              kind: 'list' as const,
              usage: 'Service account of the current project.',
            },
          ]
        : []),
    ],
    run: (call) => changeRole(call, change),
  };
}

async function changeRole(call: Call, change: RoleChange): Promise<void> {
  const { args, flags, session, terminal } = call;
  const [role, ...names] = args;
  const accounts = change.subject === 'User' ? flags.all('serviceaccount') : [];
  if (role === undefined) throw new UsageError('you must specify a role');
  if (names.length + accounts.length === 0)
    throw new UsageError(`you must specify at least one ${change.subject.toLowerCase()}`);
  const namespace = await session.namespace();
  const client = await session.client();
  const subjects = [
    ...names.map((name) => subjectOf(name, change.subject)),
    ...accounts.map((name) => ({ kind: 'ServiceAccount', name, namespace })),
  ];
  const local = !change.cluster && flags.string('role-namespace') !== '';
  const roleRef = { apiGroup: RBAC, kind: local ? 'Role' : 'ClusterRole', name: role };
  const place = change.cluster
    ? `${API}/clusterrolebindings`
    : `${API}/namespaces/${encodeURIComponent(namespace)}/rolebindings`;
  const list = await client.get<KubeList>(place, undefined, JSON_TYPE);
  const bindings = ((list.items ?? []) as Binding[]).filter(
    (binding) =>
      binding.roleRef.kind === roleRef.kind &&
      binding.roleRef.name === role &&
      (flags.string('rolebinding-name') === '' || binding.metadata?.name === flags.string('rolebinding-name')),
  );
  const context: Context = {
    client,
    place,
    roleRef,
    bindings,
    all: (list.items ?? []) as Binding[],
    change,
    namespace,
  };
  if (change.add) await add(context, subjects, flags.string('rolebinding-name'), call);
  else await remove(context, subjects);
  const shown = subjects.map(({ kind, name, namespace: project }) =>
    kind === 'ServiceAccount' ? `system:serviceaccount:${project}:${name}` : name,
  );
  const listText = shown.length === 1 ? `"${shown[0]}"` : `[${shown.map((name) => `"${name}"`).join(' ')}]`;
  terminal.out(`${roleRef.kind.toLowerCase()}.${RBAC}/${role} ${change.add ? 'added' : 'removed'}: ${listText}\n`);
}

interface Context {
  client: ApiClient;
  place: string;
  roleRef: Binding['roleRef'];
  /** Bindings of the role. */
  bindings: Binding[];
  all: Binding[];
  change: RoleChange;
  namespace: string;
}

function subjectOf(name: string, kind: 'User' | 'Group'): Subject {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (kind === 'User' && account) return { kind: 'ServiceAccount', namespace: account[1], name: account[2] as string };
  return { kind, apiGroup: RBAC, name };
}

function same(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '');
}

async function add(
  { client, place, roleRef, bindings, all, change, namespace }: Context,
  subjects: readonly Subject[],
  named: string,
  call: Call,
): Promise<void> {
  const missing = subjects.filter(
    (subject) => !bindings.some((binding) => binding.subjects?.some((one) => same(one, subject))),
  );
  if (missing.length === 0) return;
  await warnMissing(client, roleRef, namespace, missing, call);
  const existing = named === '' ? undefined : all.find(({ metadata }) => metadata?.name === named);
  if (existing) {
    if (bindings.length === 0)
      throw new CommandError(`rolebinding ${named} found for role ${existing.roleRef.name}, not ${roleRef.name}`);
    await client.object({
      method: 'PUT',
      path: `${place}/${encodeURIComponent(named)}`,
      body: { ...existing, subjects: [...(existing.subjects ?? []), ...missing] },
      accept: JSON_TYPE,
    });
    return;
  }
  const body = {
    apiVersion: `${RBAC}/v1`,
    kind: change.cluster ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: named || freeName(roleRef.name, all) },
    subjects: missing,
    roleRef,
  };
  await client.object({ method: 'POST', path: place, body, accept: JSON_TYPE });
}

/** The role's name, or with the first number that is free. */
function freeName(role: string, all: readonly Binding[]): string {
  const taken = new Set(all.map(({ metadata }) => metadata?.name));
  if (!taken.has(role)) return role;
  for (let number = 0; ; number++) if (!taken.has(`${role}-${number}`)) return `${role}-${number}`;
}

/** Tells of a role and of subjects that are not there: a binding may name them before they are. */
async function warnMissing(
  client: ApiClient,
  roleRef: Binding['roleRef'],
  namespace: string,
  subjects: readonly Subject[],
  { session, terminal }: Call,
): Promise<void> {
  const warnIfMissing = (path: string, what: string, name: string): Promise<unknown> =>
    client.get(path, undefined, JSON_TYPE).catch((error: unknown) => {
      if (isNotFound(error)) terminal.error(`Warning: ${what} '${name}' not found\n`);
    });
  const place = roleRef.kind === 'Role' ? `namespaces/${encodeURIComponent(namespace)}/roles` : 'clusterroles';
  await warnIfMissing(`${API}/${place}/${encodeURIComponent(roleRef.name)}`, 'role', roleRef.name);
  const knowsUsers = (await session.discovery()).find('users.user.openshift.io') !== undefined;
  for (const { kind, name, namespace: project = '' } of subjects) {
    const path = kind === 'ServiceAccount' ? resourcePath(SERVICE_ACCOUNTS, project, name) : pathOfPerson(kind, name);
    if (kind === 'ServiceAccount' || knowsUsers) await warnIfMissing(path, kind, name);
  }
}

function pathOfPerson(kind: string, name: string): string {
  return `/apis/user.openshift.io/v1/${kind.toLowerCase()}s/${encodeURIComponent(name)}`;
}

/** Bindings that lose their last subject go. */
async function remove(
  { client, place, bindings, change, roleRef, namespace }: Context,
  subjects: readonly Subject[],
): Promise<void> {
  const touched = bindings.filter((binding) =>
    binding.subjects?.some((one) => subjects.some((subject) => same(one, subject))),
  );
  if (touched.length === 0) {
    const where = change.cluster ? '' : ` in project ${namespace}`;
    throw new CommandError(
      `unable to find target ${subjects.map(({ name }) => name).join(', ')} with role ${roleRef.name}${where}`,
    );
  }
  for (const binding of touched) {
    const kept = (binding.subjects ?? []).filter((one) => !subjects.some((subject) => same(one, subject)));
    const path = `${place}/${encodeURIComponent(binding.metadata?.name ?? '')}`;
    if (kept.length === 0) await client.request({ method: 'DELETE', path, accept: JSON_TYPE });
    else await client.object({ method: 'PUT', path, body: { ...binding, subjects: kept }, accept: JSON_TYPE });
  }
}
