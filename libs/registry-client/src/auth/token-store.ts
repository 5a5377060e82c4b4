import { createHash } from 'node:crypto';
import type { Credential } from '../keyring/credential.js';
import type { Authorization } from './auth-scheme.js';

const MOST_TOKENS = 10_000;

/** Authorizations in use, by realm, service, scope and credential; one that is being fetched is waited for, not fetched twice. */
export class TokenStore {
  private readonly held = new Map<string, Promise<Authorization>>();

  /** The key of an authorization; credentials enter it hashed. */
  static key(parts: readonly string[], credential: Credential | undefined): string {
    const secret = credential
      ? createHash('sha256')
          .update(JSON.stringify([credential.username, credential.password, credential.identityToken]))
          .digest('base64')
      : '';
    return JSON.stringify([...parts, secret]);
  }

  /** The held authorization, or the one `fetch` brings; a failed fetch is forgotten at once. */
  async get(key: string, fetch: () => Promise<Authorization>): Promise<Authorization> {
    const held = this.held.get(key);
    if (held) {
      const authorization = await held;
      if (authorization.expiresAt === undefined || authorization.expiresAt > Date.now()) return authorization;
      if (this.held.get(key) === held) this.held.delete(key);
      return this.get(key, fetch);
    }
    const fetched = fetch();
    this.makeRoom();
    this.held.set(key, fetched);
    try {
      return await fetched;
    } catch (error) {
      if (this.held.get(key) === fetched) this.held.delete(key);
      throw error;
    }
  }

  /** Forgets an authorization that the registry no longer takes. */
  forget(key: string): void {
    this.held.delete(key);
  }

  private makeRoom(): void {
    if (this.held.size < MOST_TOKENS) return;
    const oldest = this.held.keys().next().value;
    if (oldest !== undefined) this.held.delete(oldest);
  }
}
