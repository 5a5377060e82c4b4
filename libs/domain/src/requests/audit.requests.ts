import { z } from 'zod';
import { defineRequest } from './define-request.js';

/** One request that changed something or was refused. It never holds a credential, a body or a query. */
export const AuditRecord = z.object({
  /** Unique; also sorts by time. */
  id: z.string(),
  /** RFC 3339 with milliseconds: when the answer was given. */
  time: z.iso.datetime(),
  user: z.string(),
  uid: z.string().optional(),
  groups: z.array(z.string()).default([]),
  /** Who really asked, when the request was made as somebody else. */
  impersonatedBy: z.string().optional(),
  verb: z.string(),
  group: z.string().default(''),
  resource: z.string().default(''),
  subresource: z.string().default(''),
  namespace: z.string().default(''),
  name: z.string().default(''),
  /** For requests that name no resource. */
  path: z.string().optional(),
  /** Address the request came from, and the program that sent it. */
  from: z.string(),
  userAgent: z.string().default(''),
  decision: z.enum(['allow', 'deny']),
  /** Status of the answer; 0 when there was none. */
  code: z.number().int(),
  /** Why: the binding that allowed it, or the words of the refusal. */
  reason: z.string().default(''),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** Records to be kept and listed. Repeating a request does no harm. */
export const RecordAudit = defineRequest(
  'auth.audit.record',
  z.object({ records: z.array(AuditRecord) }),
  z.object({}),
);
