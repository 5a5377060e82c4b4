import { describe, expect, it } from '@jest/globals';
import { auditRecordOf, isRecorded, type AuditNotes } from './audit-record.js';

const answer = (code: number, method = 'GET', path = '/') => ({ method, path, from: '10.0.0.1', userAgent: 'x', code });
const VERBS: Readonly<Record<string, string>> = { GET: 'list', POST: 'create', PUT: 'update', DELETE: 'delete' };
/** As a door reads `/api[s]/…[/namespaces/NAMESPACE]/RESOURCE[/NAME]`. */
function notes(method: string, path: string): AuditNotes {
  const [, group = '', namespace = '', resource = '', name = ''] =
    /^\/apis?(?:\/([^/]+\.[^/]+))?\/v1(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const info = { isResource: resource !== '', verb: VERBS[method]!, group, namespace, resource, subresource: '', name };
  return { caller: { user: 'ann', groups: ['g'] }, info };
}
const SECRETS = '/api/v1/namespaces/blue/secrets';
const OPAQUE = `sha256~${'a'.repeat(43)}`;
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

describe('the audit trail', () => {
  it.each([
    ['a write', 'POST', SECRETS, 201, true],
    ['a write that failed', 'PUT', `${SECRETS}/x`, 409, true],
    ['a read', 'GET', SECRETS, 200, false],
    ['a read that was refused', 'GET', SECRETS, 403, true],
    ['no good credential', 'GET', '/version/x', 401, true],
    ['a question', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 201, false],
    ['a question that was refused', 'POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 403, true],
  ])('%s', (_case, method, path, code, expected) => {
    expect(isRecorded(notes(method, path), answer(code, method, path))).toBe(expected);
  });

  it('says who did what to which object, from where, and why he might', () => {
    const record = auditRecordOf(
      { ...notes('POST', SECRETS), reason: 'RBAC: because', created: 'made' },
      answer(201, 'POST', SECRETS),
    );
    expect(record).toMatchObject({
      user: 'ann',
      verb: 'create',
      resource: 'secrets',
      namespace: 'blue',
      name: 'made',
      from: '10.0.0.1',
      decision: 'allow',
      code: 201,
      reason: 'RBAC: because',
    });
    expect(record.path).toBeUndefined();
  });

  it('names who really asked', () => {
    const identity = { user: 'bob', groups: [] };
    expect(auditRecordOf({ ...notes('POST', SECRETS), identity }, answer(403))).toMatchObject({
      user: 'bob',
      impersonatedBy: 'ann',
      decision: 'deny',
    });
  });

  it.each([
    `/apis/oauth.openshift.io/v1/oauthaccesstokens/${OPAQUE}`,
    `/apis/auth.faktorz.io/v1/usertokens/${OPAQUE}`,
    `/apis/oauth.openshift.io/v1/oauthaccesstokens/${JWT}`,
    `/${JWT}`,
    `/x/${OPAQUE}`,
  ])('holds no token that was put into the path %s', (path) => {
    const text = JSON.stringify(auditRecordOf(notes('DELETE', path), answer(403, 'DELETE', path)));
    expect(text).not.toContain(OPAQUE);
    expect(text).not.toContain(JWT);
  });
});
