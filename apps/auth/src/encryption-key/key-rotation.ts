import { Database } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { SecretCipher } from '../secret/secret-cipher.js';
import { secretDocumentCipher } from '../secret/secret-document-cipher.js';
import type { Secret } from '../secret/secret.js';
import { placeOf } from '../signing-key/signing-key.store.js';
import { EncryptionKeys } from './encryption-keys.js';

/** What a rotation did. */
export interface Rotated {
  /** Id of the key that everything is sealed with now. */
  keyId: string;
  /** Versions of Secrets, and signing keys, that were sealed anew. */
  resealed: number;
}

const AT_ONCE = 200;

interface SecretRow {
  namespace: string;
  name: string;
  valid_from: string;
  document: object & { sealed: string };
}

/**
 * Seals everything anew under the first key, while all goes on: only the envelope of a row changes, no version. Old
 * versions are sealed anew too, so that afterwards nothing needs the other keys. Can be repeated, by any replica.
 */
@Injectable()
export class KeyRotation {
  private running: Promise<Rotated> | undefined;

  constructor(
    private readonly database: Database,
    private readonly keys: EncryptionKeys,
    private readonly cipher: SecretCipher,
  ) {}

  /** `withNewKey` puts a new key into the file first. */
  async rotate(withNewKey: boolean): Promise<Rotated> {
    await this.running?.catch(() => undefined);
    if (withNewKey) await this.keys.addToFile();
    else this.keys.reload();
    this.running = this.resealAll();
    return this.running.finally(() => (this.running = undefined));
  }

  private async resealAll(): Promise<Rotated> {
    const keyId = this.cipher.currentKeyId;
    const isOld = `NOT LIKE 'v1.${keyId}.%'`;
    let resealed = 0;
    for (let count = -1; count !== 0; resealed += count) count = await this.resealSecrets(isOld);
    const rows = await this.database.query<{ kid: string; sealed: string }>(
      `SELECT kid, sealed FROM signing_key WHERE sealed ${isOld}`,
    );
    for (const { kid, sealed } of rows) {
      const anew = this.cipher.seal(this.cipher.open(sealed, placeOf(kid)), placeOf(kid));
      await this.database.query('UPDATE signing_key SET sealed = $2 WHERE kid = $1 AND sealed = $3', [
        kid,
        anew,
        sealed,
      ]);
    }
    return { keyId, resealed: resealed + rows.length };
  }

  private async resealSecrets(isOld: string): Promise<number> {
    const documents = secretDocumentCipher(this.cipher);
    const rows = await this.database.query<SecretRow>(
      `SELECT namespace, name, valid_from, document FROM document_version
       WHERE resource = 'secrets' AND document ->> 'sealed' ${isOld} LIMIT ${AT_ONCE}`,
    );
    for (const { namespace, name, valid_from: version, document } of rows) {
      const anew = (await documents.seal((await documents.open(document)) as Secret)) as { sealed: string };
      await this.database.query(
        `UPDATE document_version SET document = replace(document::text, $4, $5)::json
         WHERE resource = 'secrets' AND namespace = $1 AND name = $2 AND valid_from = $3 AND document ->> 'sealed' = $4`,
        [namespace, name, version, document.sealed, anew.sealed],
      );
    }
    return rows.length;
  }
}
