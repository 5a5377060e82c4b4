/** Reasons of a Kubernetes `Status` that this API answers with. */
export type StatusReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'UnsupportedMediaType'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'RequestEntityTooLarge'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServerTimeout'
  | 'ServiceUnavailable'
  | 'Timeout';

export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The HTTP code of each reason. */
export const CODE_OF_REASON: Readonly<Record<StatusReason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
};

/** A refusal or failure that the API answers as a Kubernetes `Status` (contract: API conventions, "Response Status Kind"). */
export class ApiError extends Error {
  readonly code: number;
  /** Where a list that ends with this error can be taken up again. */
  readonly continueToken: string | undefined;

  constructor(
    /** Absent for the few answers the reference gives without one. */
    readonly reason: StatusReason | undefined,
    message: string,
    readonly details?: StatusDetails,
    options?: ErrorOptions & { code?: number; continueToken?: string },
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.continueToken = options?.continueToken;
    this.code = options?.code ?? (reason ? CODE_OF_REASON[reason] : 500);
  }
}
