import type { IncomingMessage } from 'node:http';
import { AccessDecisions } from '@faktorz/access';
import type { AccessAttributes } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import { AccessAudit } from './access-audit.js';
import { recordsOf, rightsFor } from './access-rules.js';
import { CallerReviews } from './caller-reviews.js';
import { accessDenied, tokenRequired, unreadableCredential } from './challenge.js';
import { credentialOf } from './credential.js';
import { type Access, type Caller, RegistryAccess } from './registry-access.js';
import { serviceRefusal } from './service-refusal.js';

/** Access as auth's token and access reviews decide it; what they said is believed for at most a second. */
@Injectable()
export class ReviewedAccess extends RegistryAccess {
  constructor(
    private readonly callers: CallerReviews,
    private readonly decisions: AccessDecisions,
    private readonly audit: AccessAudit,
  ) {
    super();
  }

  async authorize(request: IncomingMessage, needed: readonly Access[]): Promise<Caller> {
    const caller = await this.authenticate(request);
    this.audit.noteCaller(request, caller, needed);
    for (const access of needed) if (!(await this.allows(caller, access))) throw accessDenied(recordsOf(needed));
    return caller;
  }

  async allows({ identity }: Caller, access: Access): Promise<boolean> {
    const rights = rightsFor(access);
    if (rights.length === 0) return true;
    for (const all of rights) if (await this.holdsAll(identity, all)) return true;
    return false;
  }

  noteAnswer(request: IncomingMessage, status: number): void {
    this.audit.noteAnswer(request, status);
  }

  private async authenticate(request: IncomingMessage): Promise<Caller> {
    const credential = credentialOf(request.headers.authorization);
    switch (credential.kind) {
      case 'none':
        throw tokenRequired(request);
      case 'unreadable':
        this.audit.noteBadCredential(request);
        throw unreadableCredential();
      case 'anonymous':
        return this.callers.nobody;
      case 'token': {
        const caller = await this.callers.callerWith(credential.token, request).catch(serviceRefusal);
        if (caller) return caller;
        this.audit.noteBadCredential(request);
        throw accessDenied();
      }
    }
  }

  private async holdsAll(identity: Caller['identity'], rights: readonly AccessAttributes[]): Promise<boolean> {
    for (const right of rights) {
      const { allowed } = await this.decisions.decide(identity, right).catch(serviceRefusal);
      if (!allowed) return false;
    }
    return true;
  }
}
