import { readFile, stat } from 'node:fs/promises';
import { matchesHtpasswd, parseHtpasswd } from './htpasswd-file.js';
import type { IdentityProvider, ProvidedIdentity } from './identity-provider.js';

/** Users of an htpasswd file, which is read anew whenever it was written. */
export class HtpasswdProvider implements IdentityProvider {
  readonly name = 'htpasswd';
  readonly ownsUsers = false;
  private edition = '';
  private entries: ReadonlyMap<string, string> = new Map();

  constructor(private readonly file: string) {}

  async authenticate(username: string, password: string): Promise<ProvidedIdentity | undefined> {
    await this.refresh();
    return (await matchesHtpasswd(this.entries.get(username), password)) ? { username } : undefined;
  }

  private async refresh(): Promise<void> {
    const { mtimeMs, size, ino } = await stat(this.file);
    const edition = `${mtimeMs} ${size} ${ino}`;
    if (edition === this.edition) return;
    this.entries = parseHtpasswd(await readFile(this.file, 'utf8'));
    this.edition = edition;
  }
}
