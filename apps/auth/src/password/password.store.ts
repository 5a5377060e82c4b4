import { Database, type ChangeTransaction } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';

/** Hashes of passwords, by the uid of their users. They lie in a table of their own and are part of no object. */
@Injectable()
export class PasswordStore {
  constructor(private readonly database: Database) {}

  async hashOf(userUid: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ hash: string }>('SELECT hash FROM user_password WHERE user_uid = $1', [
      userUid,
    ]);
    return row?.hash;
  }

  /** The hash, which cannot be changed before the transaction is over. */
  async holdIn(tx: ChangeTransaction, userUid: string): Promise<string | undefined> {
    const [row] = await tx.query<{ hash: string }>('SELECT hash FROM user_password WHERE user_uid = $1 FOR SHARE', [
      userUid,
    ]);
    return row?.hash;
  }

  async keepIn(tx: ChangeTransaction, userUid: string, hash: string): Promise<void> {
    await tx.query(
      `INSERT INTO user_password (user_uid, hash) VALUES ($1, $2)
       ON CONFLICT (user_uid) DO UPDATE SET hash = excluded.hash, changed_at = now()`,
      [userUid, hash],
    );
  }
}

/** A password goes with its user. */
export async function forgetPassword(tx: ChangeTransaction, userUid: string): Promise<void> {
  await tx.query('DELETE FROM user_password WHERE user_uid = $1', [userUid]);
}
