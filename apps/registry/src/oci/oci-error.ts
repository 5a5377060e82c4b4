/** Status of each error code (OCI distribution 1.1, "Error Codes"; MANIFEST_UNVERIFIED and the last four are Docker's and OpenShift's). */
const STATUS_OF = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  MANIFEST_UNVERIFIED: 400,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  SIZE_INVALID: 400,
  RANGE_INVALID: 416,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
  OPENSHIFT_PULLTHROUGH_MANIFEST: 404,
  SIGNATURE_INVALID: 400,
  SIGNATURE_EXISTS: 409,
} as const;

export type OciErrorCode = keyof typeof STATUS_OF;

export interface OciErrorOptions {
  /** Facts of the error, as the specification's `detail`; JSON. */
  detail?: unknown;
  /** Another status than the code's own, e.g. 413. */
  status?: number;
  /** Sent with the answer, e.g. `WWW-Authenticate`, `Retry-After`, `Range`. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** A request is refused, in the words of the OCI distribution specification. Whatever else is thrown becomes a 500. */
export class OciError extends Error {
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: OciErrorCode,
    message: string,
    { detail, status, headers = {}, cause }: OciErrorOptions = {},
  ) {
    super(message, { cause });
    this.status = status ?? STATUS_OF[code];
    this.detail = detail;
    this.headers = headers;
  }

  /** The answer's body. */
  get body(): string {
    const { code, message, detail } = this;
    return JSON.stringify({ errors: [{ code, message, ...(detail !== undefined && { detail }) }] });
  }
}
