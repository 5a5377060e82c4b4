import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import type { FlagDefinition } from '../flags/flag-definition.js';

export const VALIDATE_FLAG: FlagDefinition = {
  name: 'validate',
  kind: 'string',
  bare: 'strict',
  usage: 'strict (refuse unknown fields), warn or ignore.',
};

/** How strictly the server shall look at fields it does not know. oc leaves it out unless asked, kubectl is strict. */
export function fieldValidation({ flags, dialect }: Call): 'Strict' | 'Warn' | 'Ignore' {
  const text = flags.string('validate') || (dialect === 'kubectl' ? 'strict' : 'ignore');
  switch (text.toLowerCase()) {
    case 'true':
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'false':
    case 'ignore':
      return 'Ignore';
    default:
      throw new CommandError(
        `invalid - validate option "${text}"; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}
