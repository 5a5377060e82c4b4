import type { CodeChallenge } from '@faktorz/domain';
import { Database, type ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const GOOD_FOR = "interval '5 minutes'";

/** What a code stands for until it is redeemed. */
export interface CodeGrant {
  user: string;
  userUid: string;
  clientId: string;
  redirectUri: string;
  scopes: string[];
  challenge?: CodeChallenge;
}

/** What a code turned out to be: good for something, spent already, or neither. */
export interface SpentCode {
  grant?: CodeGrant;
  /** Name of the token that was given for it before. */
  redeemedFor?: string;
}

/** Codes of logins under way. Only their hashes are kept, and each is good once. A spent code is remembered until its time is over. */
@Injectable()
export class AuthorizationCodeStore {
  constructor(private readonly database: Database) {}

  async issueIn(tx: ChangeTransaction, grant: CodeGrant): Promise<string> {
    const code = `sha256~${randomBytes(32).toString('base64url')}`;
    await tx.query(
      `INSERT INTO authorization_code (hash, grant_of, expires_at) VALUES ($1, $2::jsonb, now() + ${GOOD_FOR})`,
      [hashOf(code), JSON.stringify(grant)],
    );
    return code;
  }

  /** Spends the code, whether or not it is good. A second time it gives the token that it was redeemed for. */
  async spendIn(tx: ChangeTransaction, code: string): Promise<SpentCode> {
    const [row] = await tx.query<{ grant_of: CodeGrant; good: boolean; token_name: string | null; spent: boolean }>(
      `UPDATE authorization_code AS code SET spent = true
       FROM (SELECT hash, spent FROM authorization_code WHERE hash = $1 FOR UPDATE) AS before
       WHERE code.hash = before.hash
       RETURNING code.grant_of, code.expires_at > now() AS good, code.token_name, before.spent`,
      [hashOf(code)],
    );
    if (!row) return {};
    if (row.spent) return row.token_name === null ? {} : { redeemedFor: row.token_name };
    return row.good ? { grant: row.grant_of } : {};
  }

  /** Notes what the code was good for, so that the token ends if the code comes again. */
  async noteTokenIn(tx: ChangeTransaction, code: string, tokenName: string): Promise<void> {
    await tx.query('UPDATE authorization_code SET token_name = $2 WHERE hash = $1', [hashOf(code), tokenName]);
  }

  async forgetOld(): Promise<void> {
    await this.database.query('DELETE FROM authorization_code WHERE expires_at < now()');
  }
}

/** Codes that a user has not redeemed yet. */
export async function forgetCodesIn(tx: ChangeTransaction, userUid: string): Promise<void> {
  await tx.query("DELETE FROM authorization_code WHERE grant_of ->> 'userUid' = $1", [userUid]);
}

/** RFC 7636 §4.6. A code without challenge needs no verifier; one with has to have the right one. */
export function answersChallenge(challenge: CodeChallenge | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined || verifier === '';
  const shown = challenge.method === 'plain' ? (verifier ?? '') : digestOf(verifier ?? '');
  return timingSafeEqual(
    createHash('sha256').update(shown).digest(),
    createHash('sha256').update(challenge.value).digest(),
  );
}

function digestOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

const hashOf = digestOf;
