import { ApiError } from '@faktorz/apimachinery';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  IDENTITY_PROVIDERS,
  type IdentityProvider,
  type ProvidedIdentity,
} from '../identity-provider/identity-provider.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata, OWN_WRITES } from '../storage/new-object.js';
import { USER_GROUP, userNameProblems, type User } from '../user/user.js';
import { LoginThrottle, type Tried } from './login-throttle.js';

/** How an attempt to log in ended. */
export type CheckedPassword =
  | { outcome: 'right'; user: User; passwordHash?: string }
  /** `knownUser` is for records only. */
  | { outcome: 'wrong'; knownUser?: string }
  | { outcome: 'wait'; seconds: number };

/** A refusal is never given sooner: how long the checks took tells nothing about the name. */
const REFUSE_AFTER_MS = 400;
/** Hashing is made to be expensive: more at a time would starve everything else in the process. */
const AT_A_TIME = 2;
const MOST_WAITING = 64;
const LONGEST_BYTES = 1024;

/** Checks a name and a password against all providers, slowly for those who guess. */
@Injectable()
export class PasswordCheck {
  private readonly logger = new Logger(PasswordCheck.name);
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    @Inject(IDENTITY_PROVIDERS) private readonly providers: readonly IdentityProvider[],
    private readonly storages: AuthStorages,
    private readonly throttle: LoginThrottle,
  ) {}

  async check(username: string, password: string, address: string): Promise<CheckedPassword> {
    const tried: Tried[] = [
      { what: 'address', value: address },
      { what: 'user', value: username },
    ];
    if (this.waiting.length >= MOST_WAITING) return { outcome: 'wait', seconds: 1 };
    const seconds = await this.throttle.begin(tried);
    if (seconds > 0) return { outcome: 'wait', seconds };
    const refuseAt = Date.now() + REFUSE_AFTER_MS;
    const found = await this.inTurn(() => this.find(username, password));
    if (found) {
      await this.throttle.succeeded(tried);
      return { outcome: 'right', ...found };
    }
    const known = await this.storages.users.get({ name: username });
    await sleep(Math.max(0, refuseAt - Date.now()));
    return { outcome: 'wrong', ...(known && { knownUser: username }) };
  }

  private async find(username: string, password: string): Promise<{ user: User; passwordHash?: string } | undefined> {
    const isPossible = userNameProblems(username).length === 0 && Buffer.byteLength(password) <= LONGEST_BYTES;
    for (const provider of this.providers) {
      const identity = await this.ask(provider, isPossible ? username : '', password.slice(0, LONGEST_BYTES));
      const user = identity && (await this.userOf(provider, identity));
      if (user) return { user, ...(identity.passwordHash && { passwordHash: identity.passwordHash }) };
    }
    return undefined;
  }

  /** A provider that cannot answer locks out its own users, not those of the others. */
  private async ask(
    provider: IdentityProvider,
    username: string,
    password: string,
  ): Promise<ProvidedIdentity | undefined> {
    try {
      return await provider.authenticate(username, password);
    } catch (error) {
      this.logger.error(`identity provider ${provider.name}: ${error instanceof Error ? error.message : 'failed'}`);
      return undefined;
    }
  }

  /** The user an identity belongs to. A name that another provider's user has is not given away. */
  private async userOf(
    provider: IdentityProvider,
    { username, fullName }: ProvidedIdentity,
  ): Promise<User | undefined> {
    const known = await this.storages.users.get({ name: username });
    if (provider.ownsUsers) return known;
    const identity = `${provider.name}:${username}`;
    if (known) {
      if (known.identities?.includes(identity)) return known;
      this.logger.warn(`user ${username} exists and has no identity ${identity}: not logged in`);
      return undefined;
    }
    const user: User = {
      kind: 'User',
      apiVersion: `${USER_GROUP}/v1`,
      metadata: newMetadata({ name: username }),
      ...(fullName && { fullName }),
      identities: [identity],
      groups: null,
    };
    try {
      return await this.storages.users.create(user, OWN_WRITES);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists')
        return this.userOf(provider, { username, fullName });
      throw error;
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_A_TIME) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
