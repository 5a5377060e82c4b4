import { ApiError, CODE_OF_REASON, type StatusDetails, type StatusReason } from '@faktorz/apimachinery';
import { z } from 'zod';

const FailureStatus = z.object({
  message: z.string().default(''),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z.looseObject({}).optional(),
});

/** The error another service answered with: its `Status` when the body is one, else what the HTTP status says. */
export function statusError(service: string, httpStatus: number, body: string): ApiError {
  const status = FailureStatus.safeParse(jsonIn(body));
  if (!status.success || !status.data.message) return plainError(service, httpStatus);
  const { message, reason, details, code = httpStatus } = status.data;
  const known = isReason(reason) ? reason : undefined;
  return new ApiError(known, message, details as StatusDetails | undefined, { code });
}

function plainError(service: string, httpStatus: number): ApiError {
  const reason = (Object.keys(CODE_OF_REASON) as StatusReason[]).find((name) => CODE_OF_REASON[name] === httpStatus);
  return new ApiError(reason, `${service} answered with HTTP status ${httpStatus}`, undefined, { code: httpStatus });
}

function isReason(text: string | undefined): text is StatusReason {
  return text !== undefined && text in CODE_OF_REASON;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
