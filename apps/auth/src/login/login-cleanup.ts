import { ChangeLog, Database } from '@faktorz/persistence';
import { RegularWork } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { endTokenIn } from '../token/end-token.js';
import { AuthorizationCodeStore } from './authorization-code.store.js';
import { LoginThrottle } from './login-throttle.js';

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 500;
const LAST_POSITION = '9223372036854775807';

/** Removes what logins leave behind: tokens that have ended, codes nobody came for, old failures. */
@Injectable()
export class LoginCleanup extends RegularWork {
  constructor(
    private readonly storages: AuthStorages,
    private readonly log: ChangeLog,
    private readonly database: Database,
    private readonly codes: AuthorizationCodeStore,
    private readonly throttle: LoginThrottle,
  ) {
    super(LOOK_EVERY_MS, 'cleaning up');
  }

  protected async round(): Promise<void> {
    await this.codes.forgetOld();
    await this.throttle.forgetOld();
    const ended = await this.database.query<{ name: string }>(
      `SELECT name FROM document_version
       WHERE resource = 'usertokens.auth.faktorz.io' AND valid_to = ${LAST_POSITION}
         AND (document -> 'status' ->> 'expiresAt')::timestamptz < now() LIMIT $1`,
      [AT_ONCE],
    );
    for (const { name } of ended) await this.log.transaction((tx) => endTokenIn(tx, this.storages, name));
  }
}
