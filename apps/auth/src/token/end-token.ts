import { ApiError } from '@faktorz/apimachinery';
import type { ChangeTransaction } from '@faktorz/persistence';
import type { AuthStorages } from '../storage/auth-storages.js';
import { OWN_WRITES } from '../storage/new-object.js';

/** Revokes a token; one that its owner has revoked in the meantime is no failure. */
export async function endTokenIn(tx: ChangeTransaction, { userTokens }: AuthStorages, name: string): Promise<void> {
  try {
    await userTokens.deleteIn(tx, { name }, undefined, OWN_WRITES);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
