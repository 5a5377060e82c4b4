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

/** Codes of logins under way. Only their hashes are kept, and each is good once. */
@Injectable()
export class AuthorizationCodeStore {
  constructor(private readonly database: Database) {}

  async issue(grant: CodeGrant): Promise<string> {
    const code = `sha256~${randomBytes(32).toString('base64url')}`;
    await this.database.query(
      `INSERT INTO authorization_code (hash, grant_of, expires_at) VALUES ($1, $2::jsonb, now() + ${GOOD_FOR})`,
      [hashOf(code), JSON.stringify(grant)],
    );
    return code;
  }

  /** Takes the code away, whether or not it is good. */
  async take(code: string): Promise<CodeGrant | undefined> {
    const [row] = await this.database.query<{ grant_of: CodeGrant; good: boolean }>(
      `WITH taken AS (DELETE FROM authorization_code WHERE hash = $1 RETURNING grant_of, expires_at)
       SELECT grant_of, expires_at > now() AS good FROM taken`,
      [hashOf(code)],
    );
    return row?.good ? row.grant_of : undefined;
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
