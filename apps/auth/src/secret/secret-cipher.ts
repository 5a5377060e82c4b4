import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/** The key file does not hold what it should. Its content is in no message. */
export class BadEncryptionKey extends Error {
  constructor(readonly line: number) {
    super(
      `line ${line} of the encryption key file is not ${KEY_BYTES} bytes in base64 (make one with: openssl rand -base64 32)`,
    );
    this.name = 'BadEncryptionKey';
  }
}

/** A stored document cannot be opened: sealed under a key that is not in the key file, changed, or moved from another place. */
export class CannotDecrypt extends Error {
  constructor(
    readonly keyId: string,
    options?: ErrorOptions,
  ) {
    super(
      `no key opens a document sealed under key ${keyId}; is an older key missing from the encryption key file?`,
      options,
    );
    this.name = 'CannotDecrypt';
  }
}

export interface EncryptionKey {
  id: string;
  bytes: Buffer;
}

/** Reads one base64 key a line: the first seals, all of them open. */
export function parseEncryptionKeys(text: string): EncryptionKey[] {
  const keys = text.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const bytes = Buffer.from(line, 'base64');
    if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== line) throw new BadEncryptionKey(index + 1);
    return [{ id: createHash('sha256').update(bytes).digest('hex').slice(0, 12), bytes }];
  });
  if (keys.length === 0) throw new BadEncryptionKey(1);
  return keys;
}

/**
 * Seals documents in envelopes: each under a data key of its own, which lies beside it sealed under a key of the key
 * file. What a document belongs to is bound in as additional data, so that a row copied elsewhere does not open.
 */
export class SecretCipher {
  private keys: ReadonlyMap<string, Buffer> = new Map();
  private current: EncryptionKey;

  /** `reread` gives the keys as they are now: another process may have begun to use a new one. */
  constructor(
    keys: readonly EncryptionKey[],
    private readonly reread?: () => readonly EncryptionKey[],
  ) {
    this.current = keys[0]!;
    this.use(keys);
  }

  /** Seals with the first of these from now on, and opens with all of them. */
  use(keys: readonly EncryptionKey[]): void {
    this.current = keys[0]!;
    this.keys = new Map(keys.map(({ id, bytes }) => [id, bytes]));
  }

  /** Id of the key that seals. */
  get currentKeyId(): string {
    return this.current.id;
  }

  /** `v1.<key id>.<sealed data key>.<sealed document>`. */
  seal(plain: string, belongsTo: string): string {
    const dataKey = randomBytes(KEY_BYTES);
    const wrapped = encrypt(this.current.bytes, dataKey, belongsTo);
    const sealed = encrypt(dataKey, Buffer.from(plain, 'utf8'), belongsTo);
    return [FORMAT, this.current.id, wrapped.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  open(envelope: string, belongsTo: string): string {
    const [format, keyId = '', wrapped = '', sealed = ''] = envelope.split('.');
    if (!this.keys.has(keyId) && this.reread) this.use(this.reread());
    const key = this.keys.get(keyId);
    if (format !== FORMAT || key === undefined) throw new CannotDecrypt(keyId);
    try {
      const dataKey = decrypt(key, Buffer.from(wrapped, 'base64url'), belongsTo);
      return decrypt(dataKey, Buffer.from(sealed, 'base64url'), belongsTo).toString('utf8');
    } catch (cause) {
      throw new CannotDecrypt(keyId, { cause });
    }
  }

  /** Is this envelope sealed under the current key? The others are to be sealed anew after a rotation. */
  isCurrent(envelope: string): boolean {
    return envelope.startsWith(`${FORMAT}.${this.current.id}.`);
  }
}

function encrypt(key: Buffer, plain: Buffer, belongsTo: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(belongsTo));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer, belongsTo: string): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(belongsTo))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
}
