import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { authSchemeContract, type SchemeCase } from './auth-scheme.contract.js';
import { authSchemes, schemeFor } from './index.js';

const CASES: Record<string, SchemeCase> = {
  bearer: {
    challenge: { scheme: 'bearer', parameters: { realm: 'https://token.example/token', service: 'x' } },
    tokenAnswer: { token: 'abc' },
  },
  basic: { challenge: { scheme: 'basic', parameters: { realm: 'x' } } },
  anonymous: { challenge: { scheme: 'negotiate', parameters: {} } },
};

describe('authSchemes', () => {
  it('names every folder', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(authSchemes.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it('prefers tokens to passwords, whatever the server says first', () => {
    const challenges = [CASES.basic, CASES.bearer].flatMap((one) => (one ? [one.challenge] : []));
    expect(schemeFor(challenges)?.scheme.name).toBe('bearer');
    expect(schemeFor([])).toBeUndefined();
  });
});

for (const scheme of authSchemes) {
  const about = CASES[scheme.name];
  if (!about) throw new Error(`no case for the scheme ${scheme.name}`);
  authSchemeContract(scheme, about);
}
