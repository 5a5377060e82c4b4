import { type DynamicModule, Module } from '@nestjs/common';
import { AUDIT_OPTIONS, type AuditOptions, AuditTrail } from './audit/audit-trail.js';
import { AccessChanges } from './caller/access-changes.js';
import { AccessDecisions } from './caller/access-decisions.js';
import { TokenReviews } from './caller/token-reviews.js';

export interface AccessOptions {
  audit: AuditOptions;
}

/** Makes `TokenReviews`, `AccessDecisions`, `AccessChanges` and `AuditTrail` injectable everywhere in a door. Needs `MessagingModule`. */
@Module({})
export class AccessModule {
  static forDoor({ audit }: AccessOptions): DynamicModule {
    const providers = [TokenReviews, AccessDecisions, AccessChanges, AuditTrail];
    return {
      module: AccessModule,
      global: true,
      providers: [{ provide: AUDIT_OPTIONS, useValue: audit }, ...providers],
      exports: providers,
    };
  }
}
