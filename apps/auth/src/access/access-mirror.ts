import type { ResourceStorage } from '@faktorz/apimachinery';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { ObjectMirror } from '../storage/object-mirror.js';
import { AccessIndex, type AccessKind } from './access-index.js';
import type { ClusterRole, Role, RoleBinding } from './rbac.js';

type Rule = Role | ClusterRole | RoleBinding;

/** Feeds the access index with all roles and bindings, whichever replica they were written by. */
@Injectable()
export class AccessMirror implements OnModuleInit, BeforeApplicationShutdown {
  private readonly mirrors: readonly ObjectMirror<Rule>[];

  constructor(
    storages: AuthStorages,
    private readonly index: AccessIndex,
  ) {
    this.mirrors = [
      this.mirror('roles', storages.roles),
      this.mirror('clusterroles', storages.clusterRoles),
      this.mirror('rolebindings', storages.roleBindings),
      this.mirror('clusterrolebindings', storages.clusterRoleBindings),
    ];
  }

  async onModuleInit(): Promise<void> {
    await Promise.all(this.mirrors.map((mirror) => mirror.start()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.mirrors.map((mirror) => mirror.stop()));
  }

  private mirror<T extends Rule>(kind: AccessKind, storage: ResourceStorage<T>): ObjectMirror<Rule> {
    return new ObjectMirror<Rule>(kind, storage as unknown as ResourceStorage<Rule>, {
      replaceAll: (objects) => this.index.replaceAll(kind, objects),
      put: (object) => this.index.put(kind, object),
      remove: ({ metadata }) => this.index.remove(kind, metadata.namespace, metadata.name),
    });
  }
}
