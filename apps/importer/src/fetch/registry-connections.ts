import { readFileSync } from 'node:fs';
import { Registries } from '@faktorz/registry-client';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ImporterConfig } from '../importer.config.js';
import { IMPORTER_CONFIG } from '../importer.tokens.js';
import type { FetchTools } from './fetch-tools.js';
import { RecentConfigs } from './recent-configs.js';
import { RegistryGates } from './registry-gates.js';

/** The process's connections to outside registries, as configured; cut when it ends. */
@Injectable()
export class RegistryConnections implements FetchTools, OnApplicationShutdown {
  readonly registries: Registries;
  readonly gates: RegistryGates;
  readonly configs = new RecentConfigs();

  constructor(@Inject(IMPORTER_CONFIG) config: ImporterConfig) {
    const { FAKTORZ_IMPORTER_CA_FILE: caFile } = config;
    this.registries = new Registries({
      policy: config.FAKTORZ_OUTBOUND_ALLOWED,
      certificateAuthorities: caFile === undefined ? [] : [readFileSync(caFile, 'utf8')],
      userAgent: 'faktorz-importer',
    });
    this.gates = new RegistryGates(config.FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.registries.close();
  }
}
