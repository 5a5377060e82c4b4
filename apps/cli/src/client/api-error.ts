export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** The Kubernetes Status object as servers send it. */
export interface Status {
  kind?: string;
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: StatusCause[];
    retryAfterSeconds?: number;
  };
}

/** The server refused or failed a request. */
export class ApiError extends Error {
  constructor(
    readonly status: Status,
    readonly httpStatus: number,
  ) {
    super(status.message ?? '');
  }

  get reason(): string {
    return this.status.reason ?? '';
  }

  /** The same refusal, telling which file or action it belongs to. */
  withMessage(message: string): ApiError {
    return new ApiError({ ...this.status, message }, this.httpStatus);
  }

  static fromResponse(httpStatus: number, body: string): ApiError {
    const parsed = parseStatus(body);
    if (parsed) return new ApiError(parsed, httpStatus);
    return new ApiError({ code: httpStatus, ...genericStatus(httpStatus, body.trim()) }, httpStatus);
  }
}

export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.httpStatus === 404;
}

export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.httpStatus === 409 && error.reason === 'Conflict';
}

function parseStatus(body: string): Status | undefined {
  try {
    const value = JSON.parse(body) as Status;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What a bare HTTP answer means, as Kubernetes clients read it. */
function genericStatus(httpStatus: number, body: string): Pick<Status, 'reason' | 'message'> {
  switch (httpStatus) {
    case 401:
      return { reason: 'Unauthorized', message: 'Unauthorized' };
    case 403:
      return { reason: 'Forbidden', message: body || 'forbidden' };
    case 404:
      return { reason: 'NotFound', message: 'the server could not find the requested resource' };
    case 405:
      return { reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' };
    case 503:
      return { reason: 'ServiceUnavailable', message: body || 'the server is currently unable to handle the request' };
    default:
      return {
        reason: httpStatus >= 500 ? 'InternalError' : '',
        message: body || `the server answered ${httpStatus} without saying why`,
      };
  }
}
