import type { KubeObject } from '@faktorz/apimachinery';
import { AccessChanged } from '@faktorz/domain';
import {
  ChangeFeed,
  ChangeLog,
  DocumentStorage,
  type ChangeTransaction,
  type DocumentChange,
  type DocumentOptions,
  type NewEvent,
} from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { RBAC_GROUP, type ClusterRole, type Role, type RoleBinding } from '../access/rbac.js';
import type { ConfigMap } from '../config-map/config-map.js';
import { EVENT_FIELDS, type KubeEvent } from '../kube-event/kube-event.js';
import type { LimitRange, ResourceQuota } from '../limits/limits.js';
import { namespaceEvents } from '../namespace/namespace.events.js';
import type { Namespace } from '../namespace/namespace.js';
import { secretDocumentCipher } from '../secret/secret-document-cipher.js';
import { SecretCipher } from '../secret/secret-cipher.js';
import { SECRET_TYPE, SERVICE_ACCOUNT_NAME_ANNOTATION, type Secret } from '../secret/secret.js';
import { defaultRoleBindings, isDefaultBinding } from '../role/default-role-bindings.js';
import { defaultAccounts, type ServiceAccount } from '../service-account/service-account.js';
import { AUTH_GROUP, type UserToken } from '../token/user-token.js';
import { USER_GROUP, type Group, type User } from '../user/user.js';
import { forgetPassword } from '../password/password.store.js';
import { PULL_SECRET_REF, TOKEN_ACCOUNT } from '../service-account/pull-secret-annotations.js';
import { requestUpkeep } from '../upkeep/upkeep-queue.js';
import { guardNamespace } from './namespace-guard.js';
import { OWN_WRITES } from './new-object.js';

interface Kept<T extends KubeObject> extends Pick<DocumentOptions<T>, 'alongside' | 'cipher' | 'events' | 'fields'> {
  group: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

/** Where the objects of each kind are kept. */
@Injectable()
export class AuthStorages {
  readonly namespaces: DocumentStorage<Namespace>;
  readonly secrets: DocumentStorage<Secret>;
  readonly configMaps: DocumentStorage<ConfigMap>;
  readonly serviceAccounts: DocumentStorage<ServiceAccount>;
  readonly events: DocumentStorage<KubeEvent>;
  readonly limitRanges: DocumentStorage<LimitRange>;
  readonly resourceQuotas: DocumentStorage<ResourceQuota>;
  readonly roles: DocumentStorage<Role>;
  readonly clusterRoles: DocumentStorage<ClusterRole>;
  readonly roleBindings: DocumentStorage<RoleBinding>;
  readonly clusterRoleBindings: DocumentStorage<RoleBinding>;
  readonly users: DocumentStorage<User>;
  readonly groups: DocumentStorage<Group>;
  readonly userTokens: DocumentStorage<UserToken>;
  /** Everything that lies in namespaces, to be removed with them. */
  readonly namespaced: readonly DocumentStorage<KubeObject>[];

  constructor(
    private readonly log: ChangeLog,
    private readonly feed: ChangeFeed,
    cipher: SecretCipher,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {
    const core = { group: '', namespaced: true };
    const rbac = { group: RBAC_GROUP };
    this.namespaces = this.keep<Namespace>({
      ...core,
      plural: 'namespaces',
      kind: 'Namespace',
      namespaced: false,
      events: namespaceEvents,
      alongside: (tx, change) => this.furnish(tx, change),
    });
    this.secrets = this.keep<Secret>({
      ...core,
      plural: 'secrets',
      kind: 'Secret',
      cipher: secretDocumentCipher(cipher),
      events: (change) => (endsToken(change) ? accessChanged('token')(change) : []),
      alongside: async (tx, { type, object: { metadata, type: use } }) => {
        const account = metadata.annotations?.[TOKEN_ACCOUNT];
        if (type === 'DELETED' && account) await this.lookAfter(tx, metadata.namespace, account);
        const asked = metadata.annotations?.[SERVICE_ACCOUNT_NAME_ANNOTATION];
        const isTokenWanted = type !== 'DELETED' && use === SECRET_TYPE.serviceAccountToken && asked;
        if (isTokenWanted) await this.lookAfter(tx, metadata.namespace, asked);
      },
    });
    this.configMaps = this.keep<ConfigMap>({ ...core, plural: 'configmaps', kind: 'ConfigMap' });
    this.serviceAccounts = this.keep<ServiceAccount>({
      ...core,
      plural: 'serviceaccounts',
      kind: 'ServiceAccount',
      events: (change) => (change.type === 'DELETED' ? accessChanged('token')(change) : []),
      alongside: async (tx, { type, object }) => {
        const { namespace, name } = object.metadata;
        await this.lookAfter(tx, namespace, name);
        if (type !== 'DELETED') return;
        await this.lookAfter(tx, namespace);
        await this.removePullSecret(tx, object);
      },
    });
    this.events = this.keep<KubeEvent>({ ...core, plural: 'events', kind: 'Event', fields: EVENT_FIELDS });
    this.limitRanges = this.keep<LimitRange>({
      ...core,
      plural: 'limitranges',
      kind: 'LimitRange',
      events: limitsChanged,
    });
    this.resourceQuotas = this.keep<ResourceQuota>({
      ...core,
      plural: 'resourcequotas',
      kind: 'ResourceQuota',
      events: limitsChanged,
    });
    this.roles = this.keep<Role>({
      ...rbac,
      plural: 'roles',
      kind: 'Role',
      namespaced: true,
      events: accessChanged('role'),
    });
    this.clusterRoles = this.keep<ClusterRole>({
      ...rbac,
      plural: 'clusterroles',
      kind: 'ClusterRole',
      namespaced: false,
      events: accessChanged('role'),
    });
    this.roleBindings = this.keep<RoleBinding>({
      ...rbac,
      plural: 'rolebindings',
      kind: 'RoleBinding',
      namespaced: true,
      events: accessChanged('binding'),
      alongside: async (tx, { type, object: { metadata } }) => {
        if (type === 'DELETED' && isDefaultBinding(metadata.name)) await this.lookAfter(tx, metadata.namespace);
      },
    });
    this.clusterRoleBindings = this.keep<RoleBinding>({
      ...rbac,
      plural: 'clusterrolebindings',
      kind: 'ClusterRoleBinding',
      namespaced: false,
      events: accessChanged('binding'),
    });
    this.users = this.keep<User>({
      group: USER_GROUP,
      plural: 'users',
      kind: 'User',
      namespaced: false,
      events: accessChanged('user'),
      alongside: async (tx, { type, object }) => {
        if (type === 'DELETED' && object.metadata.uid) await forgetPassword(tx, object.metadata.uid);
      },
    });
    this.groups = this.keep<Group>({
      group: USER_GROUP,
      plural: 'groups',
      kind: 'Group',
      namespaced: false,
      events: accessChanged('user'),
    });
    this.userTokens = this.keep<UserToken>({
      group: AUTH_GROUP,
      plural: 'usertokens',
      kind: 'UserToken',
      namespaced: false,
      events: accessChanged('token'),
    });
    this.namespaced = [
      this.secrets,
      this.configMaps,
      this.serviceAccounts,
      this.events,
      this.limitRanges,
      this.resourceQuotas,
      this.roleBindings,
      this.roles,
    ] as unknown as readonly DocumentStorage<KubeObject>[];
  }

  /** What every namespace gets when it is made, in the same transaction. */
  private async furnish(tx: ChangeTransaction, { type, object }: DocumentChange<Namespace>): Promise<void> {
    if (type !== 'ADDED' || this.config.FAKTORZ_AUTH_PAUSED) return;
    for (const account of defaultAccounts(object.metadata.name))
      await this.serviceAccounts.createIn(tx, account, OWN_WRITES);
    for (const binding of defaultRoleBindings(object.metadata.name))
      await this.roleBindings.createIn(tx, binding, OWN_WRITES);
  }

  /** The defaults of a namespace, or a service account's pull secret: a worker sees to them. */
  private async lookAfter(tx: ChangeTransaction, namespace = '', account = ''): Promise<void> {
    if (!this.config.FAKTORZ_AUTH_PAUSED) await requestUpkeep(tx, namespace, account);
  }

  /** The generated pull secret goes with its service account. */
  private async removePullSecret(tx: ChangeTransaction, { metadata }: ServiceAccount): Promise<void> {
    const { namespace = '', name, uid, annotations } = metadata;
    const key = { namespace, name: annotations?.[PULL_SECRET_REF] ?? '' };
    const secret = key.name === '' ? undefined : await this.secrets.getIn(tx, key);
    const isGenerated = secret?.metadata.ownerReferences?.some((owner) => owner.uid === uid);
    if (isGenerated && secret?.metadata.annotations?.[TOKEN_ACCOUNT] === name)
      await this.secrets.deleteIn(tx, key, undefined, OWN_WRITES);
  }

  private keep<T extends KubeObject>({ group, plural, kind, namespaced, ...hooks }: Kept<T>): DocumentStorage<T> {
    return new DocumentStorage<T>(this.log, this.feed, {
      ...hooks,
      resource: group === '' ? plural : `${plural}.${group}`,
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
      kind,
      ...(namespaced && {
        alongside: async (tx, change) => {
          await guardNamespace(tx, plural, group, change);
          await hooks.alongside?.(tx, change);
        },
      }),
    });
  }
}

/** A token that lay in the Secret was bound to it: caches of tokens must not go on believing it. */
function endsToken({ type, object }: DocumentChange<Secret>): boolean {
  const holdsToken =
    object.type === SECRET_TYPE.serviceAccountToken || object.metadata.annotations?.[TOKEN_ACCOUNT] !== undefined;
  return type === 'DELETED' && holdsToken;
}

function accessChanged(scope: 'user' | 'token' | 'role' | 'binding') {
  return ({ object: { metadata } }: DocumentChange<KubeObject>): readonly NewEvent[] => [
    {
      definition: AccessChanged,
      subject: metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
      namespace: metadata.namespace ?? '',
      stream: '',
      data: {
        scope,
        names: [metadata.name],
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      },
    } satisfies NewEvent<typeof AccessChanged> as NewEvent,
  ];
}

/** What may be done in the namespace is another thing now. */
function limitsChanged({ object: { metadata } }: DocumentChange<KubeObject>): readonly NewEvent[] {
  const { namespace = '' } = metadata;
  return [
    {
      definition: AccessChanged,
      subject: namespace,
      namespace,
      stream: '',
      data: { scope: 'namespace', names: [namespace], namespace },
    } satisfies NewEvent<typeof AccessChanged> as NewEvent,
  ];
}
