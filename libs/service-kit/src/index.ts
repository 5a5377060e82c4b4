/**
 * What every service's `main.ts` needs: typed configuration, JSON logs, metrics, health, signed identities, HTTP to the
 * other services, and a graceful stop. It knows no resource, no event and no database.
 */
export {
  ConfigError,
  configurationTable,
  type Environment,
  flag,
  portNumber,
  readConfig,
} from '@faktorz/configuration';
export { type ServiceConfig, serviceEnv } from './config/service-env.js';
export { ServiceLogger } from './logging/service-logger.js';
export { type HealthCheck, HealthChecks } from './health/health-checks.js';
export { Metrics } from './metrics/metrics.js';
export { IDENTITY_HEADER, IDENTITY_LIFE_SECONDS, serviceUser } from './identity/identity-claims.js';
export { type AsksRequests, KEY_EXCHANGE, type KeyExchange, keyExchangeOver } from './identity/key-exchange.js';
export { ServiceIdentity } from './identity/service-identity.js';
export { IdentityVerifier } from './identity/identity-verifier.js';
export { CallerIdentity, IdentityGuard } from './identity/identity-guard.js';
export { ExpiringCache } from './identity/expiring-cache.js';
export { type ServiceClient, type ServiceRequest, type StreamedAnswer } from './http/service-client.js';
export { CannotListen, type ListenAt, PublicListener } from './http/public-listener.js';
export { ServiceHttp } from './http/service-http.js';
export { statusError } from './http/status-error.js';
export { StatusFilter } from './http/status-filter.js';
export { type ApiHooks, createService, type RunningService, type ServiceOptions } from './service/create-service.js';
export { RegularWork } from './service/regular-work.js';
export { runService } from './service/run-service.js';
export { startWhenPossible } from './service/start-when-possible.js';
export { ServiceAddress } from './service/service-address.js';
export { ServiceKitModule } from './service/service-kit.module.js';
export { API_HOOKS, API_RESOURCES, SERVICE_CONFIG, SERVICE_NAME } from './service/tokens.js';
