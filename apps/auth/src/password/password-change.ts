import { ChangeLog, type ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { forgetCodesIn } from '../login/authorization-code.store.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { endTokenIn } from '../token/end-token.js';
import type { User } from '../user/user.js';
import { PasswordStore } from './password.store.js';

const LAST_POSITION = '9223372036854775807';

/**
 * Gives a user another password. In the same transaction every login made with the one so far ends: whoever knew it is
 * out. Tokens that an administrator made for the user owe nothing to a password, and stay.
 */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly log: ChangeLog,
    private readonly storages: AuthStorages,
    private readonly passwords: PasswordStore,
  ) {}

  async change({ metadata: { uid = '' } }: User, hash: string): Promise<void> {
    await this.log.transaction(async (tx) => {
      await this.passwords.keepIn(tx, uid, hash);
      await forgetCodesIn(tx, uid);
      for (const name of await loginsOf(tx, uid)) await endTokenIn(tx, this.storages, name);
    });
  }
}

/** Tokens that came out of logins: those name the client. */
async function loginsOf(tx: ChangeTransaction, userUid: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `SELECT name FROM document_version
     WHERE resource = 'usertokens.auth.faktorz.io' AND valid_to = ${LAST_POSITION}
       AND document -> 'status' ->> 'userUID' = $1 AND document -> 'spec' ->> 'clientName' IS NOT NULL`,
    [userUid],
  );
  return rows.map(({ name }) => name);
}
