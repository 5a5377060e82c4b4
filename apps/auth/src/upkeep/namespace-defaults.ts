import { ApiError, type KubeObject } from '@faktorz/apimachinery';
import type { DocumentStorage } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { isTerminating } from '../namespace/namespace.js';
import { defaultRoleBindings } from '../role/default-role-bindings.js';
import { defaultAccounts } from '../service-account/service-account.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { OWN_WRITES } from '../storage/new-object.js';

/** Makes again what every namespace has and somebody deleted. What was only emptied stays empty. */
@Injectable()
export class NamespaceDefaults {
  constructor(private readonly storages: AuthStorages) {}

  async keep(name: string): Promise<void> {
    const namespace = await this.storages.namespaces.get({ name });
    if (!namespace || isTerminating(namespace)) return;
    for (const account of defaultAccounts(name)) await ensure(this.storages.serviceAccounts, account);
    for (const binding of defaultRoleBindings(name)) await ensure(this.storages.roleBindings, binding);
  }
}

async function ensure<T extends KubeObject>(storage: DocumentStorage<T>, object: T): Promise<void> {
  const { namespace, name } = object.metadata;
  if (await storage.get({ namespace, name })) return;
  try {
    await storage.create(object, OWN_WRITES);
  } catch (error) {
    const isSettled =
      error instanceof ApiError && ['AlreadyExists', 'NotFound', 'Forbidden'].includes(error.reason ?? '');
    if (!isSettled) throw error; // the namespace went meanwhile, or another replica was faster
  }
}
