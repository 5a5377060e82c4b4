import { readFileSync } from 'node:fs';
import { Registries, type RegistryPolicyFile } from '@faktorz/registry-client';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ImporterConfig } from '../importer.config.js';
import { IMPORTER_CONFIG } from '../importer.tokens.js';
import { RegistryAccounts } from '../registry-account/registry-accounts.js';
import type { FetchTools } from './fetch-tools.js';
import { RecentConfigs } from './recent-configs.js';
import { RegistryGates } from './registry-gates.js';

/** The process's connections to outside registries, as configured and as the operator's policy says; cut when it ends. */
@Injectable()
export class RegistryConnections implements FetchTools, OnApplicationBootstrap, OnApplicationShutdown {
  readonly registries: Registries;
  readonly policy: RegistryPolicyFile;
  readonly gates: RegistryGates;
  readonly configs = new RecentConfigs();
  private readonly logger = new Logger('Registry policy');

  constructor(
    readonly accounts: RegistryAccounts,
    @Inject(IMPORTER_CONFIG) config: ImporterConfig,
  ) {
    const { FAKTORZ_IMPORTER_CA_FILE: caFile } = config;
    this.policy = config.FAKTORZ_REGISTRY_POLICY_FILE.allowing(config.FAKTORZ_REGISTRY_INTERNAL_HOST);
    this.registries = new Registries({
      policy: config.FAKTORZ_OUTBOUND_ALLOWED,
      certificateAuthorities: caFile === undefined ? [] : [readFileSync(caFile, 'utf8')],
      trust: this.policy.current.trust,
      userAgent: 'faktorz-importer',
    });
    this.gates = new RegistryGates(config.FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY);
  }

  onApplicationBootstrap(): void {
    this.policy.watch({
      onChange: ({ trust }) => {
        this.registries.setTrust(trust);
        this.logger.log('has changed and holds from now on');
      },
      onProblem: ({ message }) => this.logger.error(`has changed and cannot be used; the former one holds: ${message}`),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.policy.close();
    await this.registries.close();
  }
}
