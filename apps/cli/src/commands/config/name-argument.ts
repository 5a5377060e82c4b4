import type { Call } from '../../command.js';
import { UsageError } from '../../errors.js';

/** The arguments, of which there have to be this many. */
export function namesGiven({ args }: Call, count: number): string[] {
  if (args.length !== count) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
  return args;
}
