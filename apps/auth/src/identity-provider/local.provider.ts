import { PasswordStore } from '../password/password.store.js';
import { verifyPassword } from '../password/password-hash.js';
import { AuthStorages } from '../storage/auth-storages.js';
import type { IdentityProvider, ProvidedIdentity } from './identity-provider.js';

/** Users with a password kept here. */
export class LocalProvider implements IdentityProvider {
  readonly name = 'local';
  readonly ownsUsers = true;

  constructor(
    private readonly storages: AuthStorages,
    private readonly passwords: PasswordStore,
  ) {}

  async authenticate(username: string, password: string): Promise<ProvidedIdentity | undefined> {
    const user = await this.storages.users.get({ name: username });
    const hash = user && (await this.passwords.hashOf(user.metadata.uid!));
    const isRight = await verifyPassword(hash, password);
    return user && isRight ? { username, passwordHash: hash } : undefined;
  }
}
