import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { ServiceConfig } from '../config/service-env.js';
import { HealthChecks } from '../health/health-checks.js';
import { ServiceHttp } from '../http/service-http.js';
import { IdentityGuard } from '../identity/identity-guard.js';
import { IdentityVerifier } from '../identity/identity-verifier.js';
import { ServiceIdentity } from '../identity/service-identity.js';
import { Metrics } from '../metrics/metrics.js';
import { ServiceAddress } from './service-address.js';
import { SERVICE_CONFIG, SERVICE_NAME } from './tokens.js';

/** Makes service-kit's providers injectable everywhere in a service. `runService` imports it; apps need not. */
@Module({})
export class ServiceKitModule {
  static forService(name: string, config: ServiceConfig): DynamicModule {
    const providers = [
      { provide: SERVICE_NAME, useValue: name },
      { provide: SERVICE_CONFIG, useValue: config },
      { provide: ServiceIdentity, useFactory: () => new ServiceIdentity(name) },
      { provide: Metrics, useFactory: () => new Metrics(name) },
      IdentityVerifier,
      IdentityGuard,
      HealthChecks,
      ServiceHttp,
      ServiceAddress,
    ];
    const exports = providers.map((provider) => ('provide' in provider ? provider.provide : provider));
    return { module: ServiceKitModule, global: true, imports: [DiscoveryModule], providers, exports };
  }
}
