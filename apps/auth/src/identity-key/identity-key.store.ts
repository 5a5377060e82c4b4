import { ApiError } from '@faktorz/apimachinery';
import type { AskOf, IdentityKey, RegisterIdentityKey } from '@faktorz/domain';
import { Database } from '@faktorz/persistence';
import type { KeyExchange } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';

/** The public doors, which may speak for their callers. */
const PUBLIC_DOORS = ['gateway', 'registry'];
/** A living process registers its key every minute. */
const IN_FORCE_FOR = "interval '3 minutes'";

/** The public keys that services sign identities with. auth itself registers and reads here, the others by request. */
@Injectable()
export class IdentityKeyStore implements KeyExchange {
  constructor(private readonly database: Database) {}

  /** Notes that a process of `service` signs with this key. Throws Conflict for a key id that is another's. */
  async register({ kid, service, jwk }: AskOf<typeof RegisterIdentityKey>): Promise<void> {
    const publicPart = { kty: jwk['kty'], crv: jwk['crv'], x: jwk['x'] };
    if (publicPart.kty !== 'OKP' || publicPart.crv !== 'Ed25519' || typeof publicPart.x !== 'string') {
      throw new ApiError('BadRequest', 'an identity key must be an Ed25519 public key (JWK of kty OKP, crv Ed25519)');
    }
    const noted = await this.database.query(
      `INSERT INTO identity_key (kid, service, jwk) VALUES ($1, $2, $3::jsonb)
       ON CONFLICT (kid) DO UPDATE SET seen_at = now() WHERE identity_key.service = $2 AND identity_key.jwk = $3::jsonb RETURNING 1`,
      [kid, service, JSON.stringify(publicPart)],
    );
    if (noted.length === 0) throw new ApiError('Conflict', `the identity key id ${kid} is taken`);
    await this.database.query(`DELETE FROM identity_key WHERE seen_at < now() - interval '1 hour'`);
  }

  async list(): Promise<IdentityKey[]> {
    const rows = await this.database.query<{ kid: string; service: string; jwk: Record<string, unknown> }>(
      `SELECT kid, service, jwk FROM identity_key WHERE seen_at > now() - ${IN_FORCE_FOR}`,
    );
    return rows.map((row) => ({ ...row, speaksForCallers: PUBLIC_DOORS.includes(row.service) }));
  }
}
