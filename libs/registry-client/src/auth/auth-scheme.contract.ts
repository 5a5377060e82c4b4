import { describe, expect, it } from '@jest/globals';
import type { AuthContext, AuthScheme } from './auth-scheme.js';
import type { Challenge } from './challenge.js';

/** A challenge the scheme answers, and a token server's answer in case it asks one. */
export interface SchemeCase {
  challenge: Challenge;
  tokenAnswer?: object;
}

const SECRET = { username: 'ann', password: 'very-secret' };

/** What every way of answering challenges promises. */
export function authSchemeContract(scheme: AuthScheme, { challenge, tokenAnswer = {} }: SchemeCase): void {
  const context = (more: Partial<AuthContext> = {}): AuthContext => ({
    url: new URL('https://registry.example/v2/'),
    credential: SECRET,
    credentialForRealm: () => SECRET,
    scope: 'repository:x/y:pull',
    insecure: false,
    askTokenServer: async () => ({ status: 200, body: Buffer.from(JSON.stringify(tokenAnswer)) }),
    ...more,
  });

  describe(`auth scheme ${scheme.name}`, () => {
    it('accepts its challenge', () => {
      expect(scheme.accepts(challenge)).toBe(true);
    });

    it('gives a header in one line, or none', async () => {
      const { header } = await scheme.authorize(challenge, context());
      if (header !== undefined) expect(header).toMatch(/^\S+ \S+$/);
    });

    it('gives nothing that is over already', async () => {
      const { expiresAt } = await scheme.authorize(challenge, context());
      if (expiresAt !== undefined) expect(expiresAt).toBeGreaterThan(Date.now());
    });

    it('shows no secret in its errors', async () => {
      const refusing = context({
        askTokenServer: async () => ({ status: 401, body: Buffer.from('{"details":"no"}') }),
      });
      const outcome = await scheme.authorize(challenge, refusing).catch((error: unknown) => error);
      if (outcome instanceof Error)
        expect(`${outcome.message} ${JSON.stringify(outcome)}`).not.toContain('very-secret');
    });

    it('never asks for a secret to be sent over plain HTTP by a registry that is not marked insecure', async () => {
      const asked: string[] = [];
      const plain = { ...challenge, parameters: { ...challenge.parameters, realm: 'http://token.example/token' } };
      const watching = context({
        askTokenServer: async ({ url, headers, form }) => {
          if (headers.authorization || form) asked.push(url.protocol);
          return { status: 200, body: Buffer.from(JSON.stringify(tokenAnswer)) };
        },
      });
      await scheme.authorize(plain, watching).catch(() => undefined);
      expect(asked).not.toContain('http:');
    });
  });
}
