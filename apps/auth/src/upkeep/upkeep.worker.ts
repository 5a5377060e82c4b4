import { claimWork, Database, Wakeups, Worker, type Claimed } from '@faktorz/persistence';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SigningKeyStore } from '../signing-key/signing-key.store.js';
import { NamespaceDefaults } from './namespace-defaults.js';
import { isOvertaken, isTooLate, PullSecretKeeper } from './pull-secret-keeper.js';
import { TokenSecretKeeper } from './token-secret-keeper.js';
import { UPKEEP_CHANNEL, UPKEEP_TABLE, type UpkeepItem } from './upkeep-queue.js';

const LEASE_SECONDS = 30;
const AT_A_TIME = 4;
const LAST_POSITION = '9223372036854775807';

/** Looks after service accounts, default bindings, pull and token secrets, whenever one of them went and in time before tokens end. */
@Injectable()
export class UpkeepWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: Worker<Claimed<UpkeepItem>> | undefined;

  constructor(
    private readonly database: Database,
    private readonly wakeups: Wakeups,
    private readonly defaults: NamespaceDefaults,
    private readonly pullSecrets: PullSecretKeeper,
    private readonly tokenSecrets: TokenSecretKeeper,
    private readonly keys: SigningKeyStore,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.FAKTORZ_AUTH_PAUSED) return;
    await this.requestAll();
    this.keys.onRotation(() => void this.requestAll());
    this.worker = new Worker({
      name: 'upkeep',
      concurrency: AT_A_TIME,
      wakeups: this.wakeups,
      channel: UPKEEP_CHANNEL,
      claim: (limit) =>
        claimWork<UpkeepItem>(this.database, {
          ...UPKEEP_TABLE,
          where: 'due_at <= now()',
          orderBy: 'due_at',
          limit,
          leaseSeconds: LEASE_SECONDS,
        }),
      run: (item) => this.run(item),
    });
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.stop();
  }

  /** After a pause, with other addresses or another signing key, everything may need something. */
  private async requestAll(): Promise<void> {
    await this.database.query(
      `INSERT INTO upkeep (namespace, account)
       SELECT name, '' FROM document_version WHERE resource = 'namespaces' AND valid_to = ${LAST_POSITION}
       UNION ALL
       SELECT namespace, name FROM document_version WHERE resource = 'serviceaccounts' AND valid_to = ${LAST_POSITION}
       ON CONFLICT (namespace, account) DO UPDATE SET due_at = now(), revision = upkeep.revision + 1, claimed_until = NULL`,
    );
    this.wakeups.notify(UPKEEP_CHANNEL);
  }

  private async run(item: Claimed<UpkeepItem>): Promise<void> {
    const { namespace, account } = item;
    try {
      if (account === '') {
        await this.defaults.keep(namespace);
        await this.done(item, undefined);
      } else await this.done(item, await this.keepAccount(namespace, account));
    } catch (error) {
      if (isTooLate(error)) return this.done(item, undefined);
      if (!isOvertaken(error)) throw error;
      await this.database.query(
        `UPDATE upkeep SET claimed_until = now() + interval '1 second' WHERE namespace = $1 AND account = $2 AND claim_token = $3`,
        [namespace, account, item.claim_token],
      );
    }
  }

  /** The secrets of a service account, those made for it and those it was asked for; says when to look again. */
  private async keepAccount(namespace: string, account: string): Promise<Date | undefined> {
    const times = [
      await this.tokenSecrets.keep(namespace, account),
      await this.pullSecrets.keep(namespace, account),
    ].filter((time) => time !== undefined);
    return times.length > 0 ? new Date(Math.min(...times.map(Number))) : undefined;
  }

  /** Rests until `lookAgain`, or for ever; unless something happened meanwhile. */
  private async done({ namespace, account, revision }: UpkeepItem, lookAgain: Date | undefined): Promise<void> {
    const values = [namespace, account, revision];
    if (lookAgain === undefined)
      await this.database.query('DELETE FROM upkeep WHERE namespace = $1 AND account = $2 AND revision = $3', values);
    else
      await this.database.query(
        `UPDATE upkeep SET due_at = to_timestamp($4), claim_token = NULL, claimed_until = NULL
         WHERE namespace = $1 AND account = $2 AND revision = $3`,
        [...values, Math.min(lookAgain.getTime() / 1000, 32_503_680_000)],
      );
  }
}
