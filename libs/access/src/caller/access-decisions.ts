import { MASTERS_GROUP, ReviewAccess, type AccessAttributes, type AnswerOf, type Identity } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { TimedCache } from './timed-cache.js';

/** A right taken away is gone everywhere within this time; a right given holds at once, since refusals are not kept. */
const BELIEVED_FOR_MS = 1000;
const REFRESH_AFTER_MS = 500;
const DECISIONS_KEPT = 50_000;
const ASK_TIMEOUT_MS = 3000;

interface Question {
  identity: Identity;
  attributes: AccessAttributes;
}

/** May it be done, and which binding allows it or why not. */
export type AccessDecision = AnswerOf<typeof ReviewAccess>;

/** Finds out what an identity may do, by asking auth at most about once a second for each question. */
@Injectable()
export class AccessDecisions {
  private readonly decisions: TimedCache<Question, AccessDecision>;
  private readonly fingerprints = new WeakMap<Identity, string>();

  constructor(requests: Requests) {
    this.decisions = new TimedCache<Question, AccessDecision>({
      maxAgeMs: BELIEVED_FOR_MS,
      refreshAfterMs: REFRESH_AFTER_MS,
      maxEntries: DECISIONS_KEPT,
      load: (question) => requests.ask(ReviewAccess, question, { timeoutMs: ASK_TIMEOUT_MS }),
      keeps: (decision) => decision.allowed,
    });
  }

  async decide(identity: Identity, attributes: AccessAttributes): Promise<AccessDecision> {
    if (identity.groups.includes(MASTERS_GROUP) && isUnlimited(identity))
      return { allowed: true, reason: `member of ${MASTERS_GROUP}` };
    const question = { identity, attributes };
    const id = this.idOf(question);
    return this.decisions.peek(id, question) ?? (await this.decisions.get(id, question));
  }

  forget(): void {
    this.decisions.clear();
  }

  private idOf({
    identity,
    attributes: { verb, group, resource, subresource, namespace, name, path },
  }: Question): string {
    let fingerprint = this.fingerprints.get(identity);
    if (fingerprint === undefined) {
      fingerprint = JSON.stringify([identity.user, identity.uid, identity.groups, identity.scopes, identity.extra]);
      this.fingerprints.set(identity, fingerprint);
    }
    return [fingerprint, verb, group, resource, subresource, namespace, name, path ?? ''].join('\n');
  }
}

/** Tokens without scopes, or with this one, carry every right of their user. */
function isUnlimited({ scopes }: Identity): boolean {
  return scopes === undefined || scopes.includes('user:full');
}
