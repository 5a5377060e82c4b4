import { ApiError, CODE_OF_REASON, type StatusDetails, type StatusReason } from '@faktorz/apimachinery';
import { ZodError, prettifyError } from 'zod';
import { reasonOf } from '../consume/failure.js';

/** An error as it travels in a reply: a Kubernetes Status. */
export interface StatusPacket {
  kind: 'Status';
  status: 'Failure';
  reason?: StatusReason;
  message: string;
  code: number;
  details?: StatusDetails;
}

/** The Status of an error of the answering side; undefined for errors that are bugs, whose text stays inside. */
export function statusPacket(error: unknown): StatusPacket | undefined {
  if (error instanceof ApiError) {
    const { reason, message, code, details } = error;
    return { kind: 'Status', status: 'Failure', reason, message, code, details };
  }
  if (error instanceof ZodError) return failure('BadRequest', prettifyError(error));
  const reason = reasonOf(error);
  if (reason === undefined || !(reason in CODE_OF_REASON)) return undefined;
  return failure(reason as StatusReason, (error as Error).message);
}

export function failure(reason: StatusReason, message: string): StatusPacket {
  return { kind: 'Status', status: 'Failure', reason, message, code: CODE_OF_REASON[reason] };
}

/** The error on the asking side. */
export function apiErrorOf(packet: unknown, request: string): ApiError {
  if (typeof packet !== 'object' || packet === null || !('kind' in packet) || packet.kind !== 'Status') {
    const text = typeof packet === 'string' ? packet : 'an error without Status';
    return new ApiError('InternalError', `${request} failed: ${text}`);
  }
  const { reason, message, details, code } = packet as StatusPacket;
  return new ApiError(reason, message, details, { code });
}
