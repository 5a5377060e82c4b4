import { Database } from '@faktorz/persistence';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { createHash } from 'node:crypto';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SecretCipher } from '../secret/secret-cipher.js';

/** The only algorithm we sign with and believe. */
export const SIGNING_ALGORITHM = 'ES256';

/** A key to sign with. */
export interface SigningKey {
  kid: string;
  key: CryptoKey;
}

interface KeyRow {
  kid: string;
  public_jwk: JWK;
  sealed: string;
}

const LOOK_EVERY_MS = 60_000;
/** A key made by another replica is met by its first token: so often at most is the table read for unknown ones. */
const REREAD_AFTER_MS = 500;
const DAY_SECONDS = 86_400;

/**
 * Keys of service account tokens. The newest signs; all that may still be in use verify, and are published. Private
 * halves lie in the database sealed as Secrets are.
 */
@Injectable()
export class SigningKeyStore implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SigningKeyStore.name);
  private readonly signers = new Map<string, Promise<CryptoKey>>();
  private readonly verifiers = new Map<string, Promise<CryptoKey>>();
  private rows: readonly KeyRow[] = [];
  private readAtMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly cipher: SecretCipher,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.rotateIfDue();
    this.timer = setInterval(() => {
      this.looking = this.rotateIfDue().catch((error: Error) => this.logger.warn(`signing keys: ${error.message}`));
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** The key that new tokens are signed with. */
  async current(): Promise<SigningKey> {
    if (this.rows.length === 0) await this.rotateIfDue();
    const row = this.rows[0]!;
    let key = this.signers.get(row.kid);
    if (!key) {
      key = importJWK(
        JSON.parse(this.cipher.open(row.sealed, placeOf(row.kid))) as JWK,
        SIGNING_ALGORITHM,
      ) as Promise<CryptoKey>;
      this.signers.set(row.kid, key);
    }
    return { kid: row.kid, key: await key };
  }

  /** The public key of this id; undefined when there is none, or no longer. */
  async verifier(kid: string): Promise<CryptoKey | undefined> {
    let row = this.rows.find((known) => known.kid === kid);
    if (!row && performance.now() - this.readAtMs > REREAD_AFTER_MS) {
      await this.read();
      row = this.rows.find((known) => known.kid === kid);
    }
    if (!row) return undefined;
    const key = this.verifiers.get(kid) ?? (importJWK(row.public_jwk, SIGNING_ALGORITHM) as Promise<CryptoKey>);
    this.verifiers.set(kid, key);
    return key;
  }

  /** All public keys as they are published, the newest first. */
  async published(): Promise<Record<string, unknown>[]> {
    if (performance.now() - this.readAtMs > REREAD_AFTER_MS) await this.read();
    return this.rows.map(({ kid, public_jwk }) => ({ ...public_jwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' }));
  }

  /** Calls `listener` when this process begins to sign with another key. */
  onRotation(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Makes a key when there is none or the newest is old, and removes those whose last tokens have ended. */
  async rotateIfDue(): Promise<void> {
    const before = this.rows[0]?.kid;
    const { FAKTORZ_AUTH_SIGNING_KEY_DAYS: days, FAKTORZ_AUTH_LONGEST_TOKEN_SECONDS: longest } = this.config;
    await this.read();
    const [newest] = await this.database.query<{ fresh: boolean }>(
      `SELECT created_at > now() - make_interval(secs => $1) AS fresh FROM signing_key ORDER BY created_at DESC LIMIT 1`,
      [days * DAY_SECONDS],
    );
    if (!newest?.fresh) await this.add(days * DAY_SECONDS);
    await this.database.query(
      `DELETE FROM signing_key old WHERE created_at < now() - make_interval(secs => $1)
         AND EXISTS (SELECT 1 FROM signing_key newer WHERE newer.created_at > old.created_at)`,
      [days * DAY_SECONDS + longest],
    );
    await this.read();
    if (before !== undefined && before !== this.rows[0]?.kid) for (const listener of this.listeners) listener();
  }

  /** Only one replica gets to add a key at a time, and only if no other has just done so. */
  private async add(freshSeconds: number): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const publicJwk = await exportJWK(publicKey);
    const kid = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url');
    const sealed = this.cipher.seal(JSON.stringify(await exportJWK(privateKey)), placeOf(kid));
    await this.database.query(
      `WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('faktorz signing key')))
       INSERT INTO signing_key (kid, public_jwk, sealed)
       SELECT $1, $2::jsonb, $3 FROM alone WHERE NOT EXISTS
         (SELECT 1 FROM signing_key WHERE created_at > now() - make_interval(secs => $4))`,
      [kid, JSON.stringify(publicJwk), sealed, freshSeconds],
    );
  }

  private async read(): Promise<void> {
    this.rows = await this.database.query<KeyRow>(
      'SELECT kid, public_jwk, sealed FROM signing_key ORDER BY created_at DESC, kid',
    );
    this.readAtMs = performance.now();
  }
}

export function placeOf(kid: string): string {
  return `signing-keys/${kid}`;
}
