import { RegularWork } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { RegistryAccountStore } from './registry-account.store.js';

const EVERY_MS = 3_600_000;

/** Forgets registries that nobody asks any more. */
@Injectable()
export class AccountUpkeep extends RegularWork {
  constructor(private readonly store: RegistryAccountStore) {
    super(EVERY_MS, 'accounts nobody uses could not be forgotten');
  }

  protected round(): Promise<void> {
    return this.store.deleteUnused();
  }
}
