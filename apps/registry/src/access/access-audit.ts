import type { IncomingMessage } from 'node:http';
import { type AuditedRequest, type AuditNotes, AuditTrail, isRefusal } from '@faktorz/access';
import { Injectable } from '@nestjs/common';
import type { Access, Caller } from './registry-access.js';

const VERB_OF: Readonly<Record<Access['kind'], string>> = {
  pull: 'get',
  push: 'update',
  'cancel-upload': 'update',
  delete: 'delete',
  'read-signature': 'get',
  'add-signature': 'create',
  catalog: 'list',
  prune: 'delete',
};
/** Parts of a push, of which its manifest is recorded. */
const UPLOAD = /^\/v2\/.*\/blobs\/uploads(\/|$)/;

/** Writes down who changed what through the registry, and what was refused to whom. */
@Injectable()
export class AccessAudit {
  private readonly notes = new WeakMap<IncomingMessage, AuditNotes>();

  constructor(private readonly trail: AuditTrail) {}

  noteCaller(request: IncomingMessage, { identity }: Caller, needed: readonly Access[]): void {
    this.notes.set(request, { caller: identity, info: requestOf(needed.at(-1)) });
  }

  noteBadCredential(request: IncomingMessage): void {
    this.notes.set(request, { reason: 'the credential is not good' });
  }

  /** Called once for every request, when it is answered (`code`); one that showed no credential was merely told how. */
  noteAnswer(request: IncomingMessage, code: number): void {
    const notes = this.notes.get(request);
    if (!notes) return;
    const path = request.url?.split('?')[0] ?? '';
    if (UPLOAD.test(path) && !isRefusal(code)) return;
    this.trail.noteRequest(notes, {
      method: request.method ?? '',
      path,
      from: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      code,
    });
  }
}

function requestOf(access: Access | undefined): AuditedRequest | undefined {
  if (!access) return undefined;
  const { namespace = '', stream = '' } = 'repository' in access ? access.repository : {};
  return {
    isResource: true,
    verb: VERB_OF[access.kind],
    group: 'image.openshift.io',
    resource: access.kind === 'prune' ? 'images' : 'imagestreams',
    subresource: 'repository' in access ? 'layers' : '',
    namespace,
    name: stream,
  };
}
