import { ApiError, type KubeObject, type ResourceStorage } from '@faktorz/apimachinery';
import { MASTERS_GROUP } from '@faktorz/domain';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { defaultRbacObjects } from './default-rbac.js';
import { NAME_LABEL, PERMANENT_NAMESPACES, storedNewNamespace } from '../namespace/namespace.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata, OWN_WRITES } from '../storage/new-object.js';
import { accessTokenName } from '../token/access-token.js';
import { FULL_SCOPE } from '../access/token-scopes.js';
import { AUTH_GROUP } from '../token/user-token.js';
import { USER_GROUP, type User } from '../user/user.js';

const ADMIN = 'admin';
/** Label of the token that the launcher made; one that is in no file any more is revoked. */
const BOOTSTRAP_LABEL = 'auth.faktorz.io/bootstrap';

/** The bootstrap token file holds something else than a token. Its content is in no message. */
export class BadBootstrapToken extends Error {
  constructor(readonly file: string) {
    super(
      `${file} (FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE) does not hold a token: expected sha256~ and 43 base64url characters`,
    );
    this.stack = this.message;
  }
}

/** What there is before anybody has made anything: namespaces, roles, and the administrator. Every start makes sure of it. */
@Injectable()
export class FirstStart implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstStart.name);

  constructor(
    private readonly storages: AuthStorages,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const name of PERMANENT_NAMESPACES) await this.ensureNamespace(name);
    await this.ensureRbac();
    if (this.config.FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE)
      await this.ensureAdmin(this.config.FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE);
  }

  private ensureNamespace(name: string): Promise<void> {
    const namespace = {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: newMetadata({ name, labels: { [NAME_LABEL]: name } }),
    };
    return ensure(this.storages.namespaces, storedNewNamespace(namespace));
  }

  private async ensureRbac(): Promise<void> {
    const { clusterRoles, roles, clusterRoleBindings, roleBindings } = this.storages;
    const defaults = defaultRbacObjects();
    for (const role of defaults.clusterRoles) await ensure(clusterRoles, role);
    for (const role of defaults.roles) await ensure(roles, role);
    for (const binding of defaults.clusterRoleBindings) await ensure(clusterRoleBindings, binding);
    for (const binding of defaults.roleBindings) await ensure(roleBindings, binding);
  }

  private async ensureAdmin(file: string): Promise<void> {
    const name = accessTokenName((await readFile(file, 'utf8')).trim());
    if (name === undefined) throw new BadBootstrapToken(file);
    const user: User = {
      kind: 'User',
      apiVersion: `${USER_GROUP}/v1`,
      metadata: newMetadata({ name: ADMIN }),
      identities: null,
      groups: [MASTERS_GROUP],
    };
    await ensure(this.storages.users, user);
    const userUID = (await this.storages.users.get({ name: ADMIN }))?.metadata.uid ?? '';
    await this.revokeOtherBootstrapTokens(name);
    await ensure(this.storages.userTokens, {
      kind: 'UserToken',
      apiVersion: `${AUTH_GROUP}/v1`,
      metadata: newMetadata({ name, labels: { [BOOTSTRAP_LABEL]: 'true' } }),
      spec: { user: ADMIN, scopes: [FULL_SCOPE], description: 'made at the first start' },
      status: { userUID },
    });
  }

  private async revokeOtherBootstrapTokens(current: string): Promise<void> {
    const { items } = await this.storages.userTokens.list({
      labels: [{ key: BOOTSTRAP_LABEL, operator: '=', values: ['true'] }],
    });
    for await (const { metadata } of items) {
      if (metadata.name === current) continue;
      await this.storages.userTokens.delete({ name: metadata.name }, metadata.resourceVersion!, OWN_WRITES);
      this.logger.log('an administrator token that is no longer in the file was revoked');
    }
  }
}

/** Makes the object unless one of its name is there. */
async function ensure<T extends KubeObject>(storage: ResourceStorage<T>, object: T): Promise<void> {
  const { name, namespace } = object.metadata;
  if (await storage.get({ name, namespace })) return;
  try {
    await storage.create(object, OWN_WRITES);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error; // another replica was faster
  }
}
