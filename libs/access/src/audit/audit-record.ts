import type { AuditRecord, Identity } from '@faktorz/domain';
import { randomBytes } from 'node:crypto';

/** What a request asked for, in Kubernetes' terms. */
export interface AuditedRequest {
  /** False for one that names no resource. */
  isResource: boolean;
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
}

/** What is learnt of a request on its way through the door. */
export interface AuditNotes {
  caller?: Identity;
  /** Differs from the caller when the request is made as somebody else. */
  identity?: Identity;
  info?: AuditedRequest;
  /** Which binding allowed it, or why it was refused. */
  reason?: string;
  /** Written down already, by the one who knows more. */
  isAudited?: boolean;
  /** Name of the object that was made, as its owner told it. */
  created?: string;
}

/** Where a request came from and how it was answered. */
export interface AuditedAnswer {
  method: string;
  path: string;
  from: string;
  userAgent: string;
  code: number;
}

const READS = new Set(['get', 'list', 'watch', 'head', 'options']);
/** Questions, although they are sent by POST. */
const REVIEW_GROUPS = new Set(['authentication.k8s.io', 'authorization.k8s.io', 'authorization.openshift.io']);
/** Their names are tokens, or could be one that somebody put there by mistake. */
const NAMED_BY_TOKEN = new Set(['usertokens', 'oauthaccesstokens']);
const LOOKS_LIKE_TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*|sha256~[\w-]{10,}/g;
const LONGEST_TEXT = 1024;

export function isRefusal(code: number): boolean {
  return code === 401 || code === 403 || code === 429;
}

/** Is a request with this verb and answer written down? All writes are, and all refusals. */
export function isRecorded({ info, isAudited }: AuditNotes, { method, code }: AuditedAnswer): boolean {
  if (isAudited) return false;
  if (isRefusal(code)) return true;
  const verb = info?.verb ?? method.toLowerCase();
  return !READS.has(verb) && !(info?.isResource && REVIEW_GROUPS.has(info.group) && verb === 'create');
}

export function auditRecordOf(notes: AuditNotes, answer: AuditedAnswer, now = new Date()): AuditRecord {
  const { caller, identity = caller, info, reason = '', created } = notes;
  const { user = '', uid, groups = [] } = identity ?? {};
  const isImpersonated = caller !== undefined && identity !== caller;
  return {
    id: newAuditId(now),
    time: now.toISOString(),
    user: short(user),
    ...(uid && { uid }),
    groups: groups.slice(0, 32).map(short),
    ...(isImpersonated && { impersonatedBy: short(caller.user) }),
    verb: short(info?.verb ?? answer.method.toLowerCase()),
    ...(info?.isResource ? objectOf(info, created) : { ...NO_OBJECT, path: short(withoutTokens(answer.path)) }),
    from: answer.from,
    userAgent: short(withoutTokens(answer.userAgent)),
    decision: isRefusal(answer.code) ? 'deny' : 'allow',
    code: answer.code,
    reason: short(withoutTokens(reason)),
  };
}

/** Sorts by time. */
export function newAuditId(now: Date): string {
  return `${now.getTime().toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`;
}

export function withoutTokens(text: string): string {
  return text.replace(LOOKS_LIKE_TOKEN, (token) => `${token.slice(0, 10)}…`);
}

const NO_OBJECT = { group: '', resource: '', subresource: '', namespace: '', name: '' };

function objectOf(
  { group, resource, subresource, namespace, name, verb }: AuditedRequest,
  created: string | undefined,
): Pick<AuditRecord, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'> {
  const full = verb === 'create' && name === '' ? (created ?? '') : name;
  const shown = NAMED_BY_TOKEN.has(resource) && full.length > 12 ? `${full.slice(0, 12)}…` : withoutTokens(full);
  return {
    group: short(group),
    resource: short(resource),
    subresource: short(subresource),
    namespace: short(namespace),
    name: short(shown),
  };
}

function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
