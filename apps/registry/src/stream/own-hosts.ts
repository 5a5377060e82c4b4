import { Inject, Injectable } from '@nestjs/common';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';

/** The names under which this registry is known: images there are never fetched from elsewhere. */
@Injectable()
export class OwnHosts {
  /** Where the images pushed here are, in their references. */
  readonly internal: string;
  private readonly all: ReadonlySet<string>;

  constructor(@Inject(REGISTRY_CONFIG) config: RegistryConfig) {
    const { FAKTORZ_REGISTRY_INTERNAL_HOST: internal, FAKTORZ_REGISTRY_PUBLIC_HOST: outside } = config;
    this.internal = internal ?? `127.0.0.1:${config.FAKTORZ_REGISTRY_PORT}`;
    this.all = new Set([this.internal, ...(outside === undefined ? [] : [outside])]);
  }

  has(registry: string): boolean {
    return this.all.has(registry);
  }
}
