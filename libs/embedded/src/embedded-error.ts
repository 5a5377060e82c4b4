/** An embedded server cannot be started. The message is one line that tells the user why and what would help. */
export class EmbeddedServerError extends Error {
  constructor(
    readonly server: 'postgresql' | 'nats-server',
    readonly reason: 'NotInstalled' | 'PortTaken' | 'VersionMismatch' | 'InUse' | 'Failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedServerError';
  }
}
