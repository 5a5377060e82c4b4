import { ApiError, forbidden, notFound, type ResourceDefinition } from '@faktorz/apimachinery';
import { MessagingModule } from '@faktorz/messaging';
import { ChangeLog, PersistenceModule } from '@faktorz/persistence';
import { API_HOOKS, API_RESOURCES, KEY_EXCHANGE, type ApiHooks } from '@faktorz/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { AccessIndex } from './access/access-index.js';
import { AccessMirror } from './access/access-mirror.js';
import { AccessRequests } from './access/access.requests.js';
import type { AuthConfig } from './auth.config.js';
import { AUTH_CONFIG } from './auth.tokens.js';
import { configMapResource } from './config-map/config-map.resource.js';
import { customResourceResource } from './custom-resource/custom-resource.resource.js';
import { FirstStart } from './first-start/first-start.js';
import { IdentityKeyRequests } from './identity-key/identity-key.requests.js';
import { IdentityKeyStore } from './identity-key/identity-key.store.js';
import { KubeEventExpiry } from './kube-event/kube-event-expiry.js';
import { kubeEventResource } from './kube-event/kube-event.resource.js';
import { limitRangeResource, resourceQuotaResource } from './limits/limits.resource.js';
import { authMigrations } from './migrations/index.js';
import { NamespaceLifecycle } from './namespace/namespace-lifecycle.js';
import { NamespaceRequests } from './namespace/namespace.requests.js';
import { namespaceResource } from './namespace/namespace.resource.js';
import { isTerminating } from './namespace/namespace.js';
import { projectRequestResource } from './project/project-request.resource.js';
import { projectResource } from './project/project.resource.js';
import { reviewResources } from './review/review.resource.js';
import { rbacResources } from './role/role.resource.js';
import { parseEncryptionKeys, SecretCipher } from './secret/secret-cipher.js';
import { SecretRequests } from './secret/secret.requests.js';
import { secretResource } from './secret/secret.resource.js';
import { serviceAccountResource } from './service-account/service-account.resource.js';
import { AuthStorages } from './storage/auth-storages.js';
import { oauthAccessTokenResource } from './token/oauth-access-token.resource.js';
import { TokenReviewer } from './token/token-reviewer.js';
import { TokenRequests } from './token/token.requests.js';
import { userTokenResource } from './token/user-token.resource.js';
import { GroupIndex } from './user/group-index.js';
import { userResources } from './user/user.resource.js';

/** Who may do what: namespaces, users, tokens, roles, secrets. */
@Module({})
export class AuthModule {
  static with(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        PersistenceModule.forService({ name: 'auth', url: config.FAKTORZ_DATABASE_URL, migrations: authMigrations }),
        MessagingModule.forService({
          name: 'auth',
          natsUrl: config.FAKTORZ_NATS_URL,
          user: config.FAKTORZ_NATS_USER,
          password: config.FAKTORZ_NATS_PASSWORD,
          publishes: true,
          consumes: [],
        }),
      ],
      providers: [
        { provide: AUTH_CONFIG, useValue: config },
        {
          provide: SecretCipher,
          useFactory: async () =>
            new SecretCipher(parseEncryptionKeys(await readFile(config.FAKTORZ_AUTH_ENCRYPTION_KEY_FILE, 'utf8'))),
        },
        AuthStorages,
        FirstStart,
        AccessIndex,
        AccessMirror,
        AccessRequests,
        GroupIndex,
        TokenReviewer,
        TokenRequests,
        NamespaceLifecycle,
        NamespaceRequests,
        SecretRequests,
        KubeEventExpiry,
        IdentityKeyStore,
        IdentityKeyRequests,
        { provide: KEY_EXCHANGE, useExisting: IdentityKeyStore },
        {
          provide: API_RESOURCES,
          useFactory: resourcesOf,
          inject: [AuthStorages, AccessIndex, NamespaceLifecycle, TokenReviewer, ChangeLog],
        },
        { provide: API_HOOKS, useFactory: hooksOf, inject: [AuthStorages] },
      ],
    };
  }
}

/** All that auth serves; the order of groups is their order in discovery. */
function resourcesOf(
  storages: AuthStorages,
  index: AccessIndex,
  lifecycle: NamespaceLifecycle,
  tokens: TokenReviewer,
  log: ChangeLog,
): ResourceDefinition[] {
  const projects = { storages, index, lifecycle, log };
  return [
    configMapResource(storages.configMaps),
    kubeEventResource(storages.events),
    limitRangeResource(storages.limitRanges),
    namespaceResource(storages.namespaces, lifecycle),
    resourceQuotaResource(storages.resourceQuotas),
    secretResource(storages.secrets),
    serviceAccountResource(storages.serviceAccounts),
    customResourceResource(log),
    ...reviewResources(index, tokens),
    ...rbacResources(storages, index),
    projectResource(projects),
    projectRequestResource(projects),
    ...userResources(storages),
    userTokenResource(storages),
    oauthAccessTokenResource(storages, index),
  ];
}

function hooksOf({ namespaces }: AuthStorages): ApiHooks {
  return {
    namespaces: {
      checkNamespace: async (name) => {
        const namespace = await namespaces.get({ name });
        if (!namespace) throw notFound('namespaces', '', name);
        if (isTerminating(namespace)) throw beingTerminated(name);
      },
    },
  };
}

function beingTerminated(name: string): ApiError {
  return forbidden(
    'namespaces',
    '',
    name,
    `unable to create new content in namespace ${name} because it is being terminated`,
  );
}
