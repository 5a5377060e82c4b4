import { ApiError } from '@faktorz/apimachinery';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { parseEncryptionKeys, SecretCipher, type EncryptionKey } from '../secret/secret-cipher.js';

const LOOK_EVERY_MS = 5000;

/** Neither variable with encryption keys is set. */
export class NoEncryptionKey extends Error {
  constructor() {
    super('FAKTORZ_AUTH_ENCRYPTION_KEY_FILE or FAKTORZ_AUTH_ENCRYPTION_KEYS is needed');
    this.stack = this.message;
  }
}

/** Where the keys come from that Secrets are sealed with: a file, which may get new keys while we run, or a variable. */
@Injectable()
export class EncryptionKeys implements BeforeApplicationShutdown {
  private readonly logger = new Logger(EncryptionKeys.name);
  private readonly sealing: SecretCipher;
  private readonly timer: NodeJS.Timeout | undefined;
  private edition = '';

  constructor(@Inject(AUTH_CONFIG) private readonly config: AuthConfig) {
    const { FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: file } = config;
    this.sealing = new SecretCipher(this.read(), file === undefined ? undefined : () => this.read());
    if (file === undefined) return;
    this.timer = setInterval(() => this.look(file), LOOK_EVERY_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  cipher(): SecretCipher {
    return this.sealing;
  }

  /** Takes the keys as the file has them now. */
  reload(): void {
    this.sealing.use(this.read());
  }

  /** Puts a new key before the others. Throws Conflict where the file is not ours to write. */
  async addToFile(): Promise<void> {
    const { FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: file } = this.config;
    if (file === undefined) throw notWritable('the keys come from FAKTORZ_AUTH_ENCRYPTION_KEYS');
    const beside = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      const text = `${randomBytes(32).toString('base64')}\n${readFileSync(file, 'utf8')}`;
      await writeFile(beside, text, { mode: 0o600, flag: 'wx', flush: true });
      await rename(beside, file);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw notWritable(`the key file cannot be written (${(error as NodeJS.ErrnoException).code ?? 'failed'})`);
    }
    this.reload();
  }

  private read(): EncryptionKey[] {
    const { FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: file, FAKTORZ_AUTH_ENCRYPTION_KEYS: keys } = this.config;
    if (file !== undefined) return parseEncryptionKeys(readFileSync(file, 'utf8'));
    if (keys !== undefined) return parseEncryptionKeys(keys.replaceAll(',', '\n'));
    throw new NoEncryptionKey();
  }

  /** Another process, or the operator, may have put a new key first: what is written here has to be sealed with it too. */
  private look(file: string): void {
    try {
      const { mtimeMs, ino } = statSync(file);
      const edition = `${mtimeMs} ${ino}`;
      if (edition === this.edition) return;
      this.reload();
      this.edition = edition;
    } catch (error) {
      this.logger.warn(`the encryption keys could not be read again: ${(error as Error).message}`);
    }
  }
}

function notWritable(why: string): ApiError {
  return new ApiError(
    'Conflict',
    `${why}: put a new key before the others yourself, for every replica, and then ask for a rotation without a new key`,
  );
}
