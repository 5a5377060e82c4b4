/** A failure found on this side; printed as `error: <message>`. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A wrong call; printed with a pointer to the verb's help. */
export class UsageError extends CommandError {}

/** Several failures of one call, each printed on its own. */
export class ManyErrors extends Error {
  constructor(readonly errors: readonly unknown[]) {
    super(errors.map(String).join('\n'));
  }
}

/** Throws what was collected, as itself when it is one. */
export function throwCollected(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new ManyErrors(errors);
}

/** Ends the call with this exit code; everything worth saying has been printed. */
export class SilentExit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
  }
}
