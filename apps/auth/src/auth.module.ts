import { ApiError, forbidden, notFound, type ResourceDefinition } from '@faktorz/apimachinery';
import { MessagingModule } from '@faktorz/messaging';
import { ChangeLog, PersistenceModule } from '@faktorz/persistence';
import { API_HOOKS, API_RESOURCES, KEY_EXCHANGE, type ApiHooks } from '@faktorz/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { AccessIndex } from './access/access-index.js';
import { AccessMirror } from './access/access-mirror.js';
import { AccessRequests } from './access/access.requests.js';
import type { AuthConfig } from './auth.config.js';
import { AUTH_CONFIG } from './auth.tokens.js';
import { configMapResource } from './config-map/config-map.resource.js';
import { customResourceResource } from './custom-resource/custom-resource.resource.js';
import { EncryptionKeys } from './encryption-key/encryption-keys.js';
import { KeyRotation } from './encryption-key/key-rotation.js';
import { keyRotationResource } from './encryption-key/key-rotation.resource.js';
import { FirstStart } from './first-start/first-start.js';
import { IdentityKeyRequests } from './identity-key/identity-key.requests.js';
import { IdentityKeyStore } from './identity-key/identity-key.store.js';
import { KubeEventExpiry } from './kube-event/kube-event-expiry.js';
import { kubeEventResource } from './kube-event/kube-event.resource.js';
import { LimitRequests } from './limits/limits.requests.js';
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
import { auditEventResource } from './audit/audit-event.resource.js';
import { AuditStore } from './audit/audit.store.js';
import { BoundObjects } from './service-account/bound-objects.js';
import { ServiceAccountTokens } from './service-account/service-account-tokens.js';
import { tokenRequestSubresource } from './service-account/token-request.subresource.js';
import { SigningKeyRequests } from './signing-key/signing-key.requests.js';
import { SigningKeyStore } from './signing-key/signing-key.store.js';
import { NamespaceDefaults } from './upkeep/namespace-defaults.js';
import { PullSecretKeeper } from './upkeep/pull-secret-keeper.js';
import { TokenSecretKeeper } from './upkeep/token-secret-keeper.js';
import { UpkeepWorker } from './upkeep/upkeep.worker.js';
import { AuthorizationCodeStore } from './login/authorization-code.store.js';
import { LoginCleanup } from './login/login-cleanup.js';
import { LoginGrants } from './login/login-grants.js';
import { LoginRequests } from './login/login.requests.js';
import { LoginThrottle } from './login/login-throttle.js';
import { PasswordCheck } from './login/password-check.js';
import { HtpasswdProvider } from './identity-provider/htpasswd.provider.js';
import { IDENTITY_PROVIDERS, type IdentityProvider } from './identity-provider/identity-provider.js';
import { LocalProvider } from './identity-provider/local.provider.js';
import { passwordSubresource } from './password/password.subresource.js';
import { PasswordChange } from './password/password-change.js';
import { PasswordStore } from './password/password.store.js';
import { SecretCipher } from './secret/secret-cipher.js';
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
        { provide: SecretCipher, useFactory: (keys: EncryptionKeys) => keys.cipher(), inject: [EncryptionKeys] },
        EncryptionKeys,
        KeyRotation,
        AuthStorages,
        FirstStart,
        AccessIndex,
        AccessMirror,
        AccessRequests,
        GroupIndex,
        SigningKeyStore,
        SigningKeyRequests,
        BoundObjects,
        ServiceAccountTokens,
        AuditStore,
        NamespaceDefaults,
        PullSecretKeeper,
        TokenSecretKeeper,
        UpkeepWorker,
        TokenReviewer,
        TokenRequests,
        PasswordStore,
        PasswordChange,
        PasswordCheck,
        LoginThrottle,
        LoginGrants,
        LoginRequests,
        LoginCleanup,
        AuthorizationCodeStore,
        { provide: IDENTITY_PROVIDERS, useFactory: providersOf, inject: [AUTH_CONFIG, AuthStorages, PasswordStore] },
        NamespaceLifecycle,
        NamespaceRequests,
        LimitRequests,
        SecretRequests,
        KubeEventExpiry,
        IdentityKeyStore,
        IdentityKeyRequests,
        { provide: KEY_EXCHANGE, useExisting: IdentityKeyStore },
        {
          provide: API_RESOURCES,
          useFactory: resourcesOf,
          inject: [
            AuthStorages,
            AccessIndex,
            NamespaceLifecycle,
            TokenReviewer,
            ChangeLog,
            PasswordStore,
            PasswordChange,
            LoginThrottle,
            ServiceAccountTokens,
            BoundObjects,
            AuditStore,
            KeyRotation,
            AUTH_CONFIG,
          ],
        },
        { provide: API_HOOKS, useFactory: hooksOf, inject: [AuthStorages] },
      ],
    };
  }
}

/** Who checks names and passwords, in this order. */
function providersOf(config: AuthConfig, storages: AuthStorages, passwords: PasswordStore): IdentityProvider[] {
  const { FAKTORZ_AUTH_HTPASSWD_FILE: htpasswd } = config;
  return [new LocalProvider(storages, passwords), ...(htpasswd ? [new HtpasswdProvider(htpasswd)] : [])];
}

/** All that auth serves; the order of groups is their order in discovery. */
function resourcesOf(
  storages: AuthStorages,
  index: AccessIndex,
  lifecycle: NamespaceLifecycle,
  tokens: TokenReviewer,
  log: ChangeLog,
  passwords: PasswordStore,
  passwordChanges: PasswordChange,
  throttle: LoginThrottle,
  accountTokens: ServiceAccountTokens,
  boundObjects: BoundObjects,
  audit: AuditStore,
  rotation: KeyRotation,
  config: AuthConfig,
): ResourceDefinition[] {
  const projects = { storages, index, lifecycle, log };
  return [
    configMapResource(storages.configMaps),
    kubeEventResource(storages.events),
    limitRangeResource(storages.limitRanges),
    namespaceResource(storages.namespaces, lifecycle),
    resourceQuotaResource(storages.resourceQuotas),
    secretResource(storages.secrets),
    serviceAccountResource(
      storages.serviceAccounts,
      tokenRequestSubresource(storages, accountTokens, boundObjects, config.FAKTORZ_AUTH_LONGEST_TOKEN_SECONDS),
    ),
    customResourceResource(log),
    ...reviewResources(index, tokens),
    ...rbacResources(storages, index),
    projectResource(projects),
    projectRequestResource(projects),
    ...userResources(storages, passwordSubresource(storages, passwords, passwordChanges, throttle)),
    userTokenResource(storages),
    auditEventResource(audit),
    keyRotationResource(rotation),
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
