import {
  NotARegistry,
  RateLimited,
  RegistryTimeout,
  RegistryUnreachable,
  UnexpectedAnswer,
} from '@faktorz/registry-client';
import type { BackOffReason } from './registry-account.store.js';

/** Nobody gets there. */
const NOT_THERE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_SOCKET',
]);

/**
 * Is the registry to be left alone after this failure? A certificate that one tag does not put up with, and an address
 * that we do not go to, say nothing of the registry: other tags are asked for as before.
 */
export function troubleOf(error: unknown): Extract<BackOffReason, 'refused' | 'trouble'> | undefined {
  if (error instanceof RateLimited) return 'refused';
  const isTrouble =
    error instanceof RegistryTimeout ||
    (error instanceof RegistryUnreachable && NOT_THERE.has(error.code)) ||
    error instanceof NotARegistry ||
    (error instanceof UnexpectedAnswer && error.status >= 500);
  return isTrouble ? 'trouble' : undefined;
}
