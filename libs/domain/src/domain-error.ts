/** Reasons of a Kubernetes `Status` that a rule of this lib can give. */
export type ErrorReason = 'BadRequest' | 'Conflict' | 'Forbidden' | 'Invalid' | 'NotFound' | 'InternalError';

/** Base of everything that can go wrong here: the facts are in fields, `reason` decides at the edges. */
export abstract class DomainError extends Error {
  abstract readonly reason: ErrorReason;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
