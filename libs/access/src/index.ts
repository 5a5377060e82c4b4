/**
 * What every public door (gateway, registry) does before it lets a request in: finds out who the caller is and what they
 * may do, by asking auth at most about once a second for each question, and writes down what was changed or refused.
 * It knows no protocol: reading credentials out of requests and wording refusals is each door's own.
 */
export { AccessModule, type AccessOptions } from './access.module.js';
export { AccessChanges } from './caller/access-changes.js';
export { AccessDecisions, type AccessDecision } from './caller/access-decisions.js';
export { ANONYMOUS, TokenReviews } from './caller/token-reviews.js';
export { BadProxyAddress, TrustedProxies } from './caller/trusted-proxies.js';
export { TimedCache, type TimedCacheOptions } from './caller/timed-cache.js';
export { type AuditedAnswer, type AuditedRequest, type AuditNotes, isRefusal } from './audit/audit-record.js';
export { AUDIT_OPTIONS, AuditTrail, type AuditOptions, type LoginNote } from './audit/audit-trail.js';
