import { CommandError } from '../errors.js';
import type { ParsedFlags } from '../flags/parse-flags.js';

export type DryRun = 'none' | 'client' | 'server';

/** Reads `--dry-run`; the old true and false count as client and none. */
export function dryRunOf(flags: ParsedFlags): DryRun {
  const text = flags.string('dry-run');
  if (text === '' || text === 'none' || text === 'false') return 'none';
  if (text === 'client' || text === 'server') return text;
  if (text === 'true' || text === 'unchanged') return 'client';
  throw new CommandError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
}

/** What follows the verb in the line that tells of a change. */
export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';
}
