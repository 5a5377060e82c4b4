import type { Identity, IdentityKey } from '@faktorz/domain';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { IdentityVerifier } from './identity-verifier.js';
import type { KeyExchange } from './key-exchange.js';
import { ServiceIdentity } from './service-identity.js';

const ALICE: Identity = { user: 'alice', uid: 'u-1', groups: ['devs'], scopes: ['user:full'] };

let keys: IdentityKey[];
let lists: number;
const exchange: KeyExchange = {
  register: async (key) => {
    keys.push({ ...key, speaksForCallers: key.service === 'gateway' });
  },
  list: async () => {
    lists++;
    return keys;
  },
};

function signer(service: string): ServiceIdentity {
  const identity = new ServiceIdentity(service);
  identity.start(exchange);
  signers.push(identity);
  return identity;
}

const signers: ServiceIdentity[] = [];
afterEach(() => {
  for (const identity of signers.splice(0)) identity.stop();
});

let verifier: IdentityVerifier;
beforeEach(() => {
  keys = [];
  lists = 0;
  verifier = new IdentityVerifier();
  verifier.start(exchange);
});

/** A token like ours with parts of it changed, signed by a registered key. */
async function forged(service: string, claims: object, lifeSeconds = 30): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  await exchange.register({ kid: 'forged', service, jwk: { ...(await exportJWK(publicKey)) } });
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    sub: 'alice',
    groups: [],
    iss: service,
    aud: 'auth',
    iat: now,
    exp: now + lifeSeconds,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'forged' })
    .sign(privateKey);
}

describe('a signed identity', () => {
  it('arrives as it was signed', async () => {
    const header = await signer('gateway').sign(ALICE, 'tag-tracker');
    expect(await verifier.verify(header, 'tag-tracker')).toEqual(ALICE);
  });

  it('is good for one service only', async () => {
    const header = await signer('gateway').sign(ALICE, 'tag-tracker');
    await expect(verifier.verify(header, 'importer')).rejects.toMatchObject({ reason: 'Unauthorized' });
  });

  it('of a service that is no public door names that service alone', async () => {
    const importer = signer('importer');
    expect(await verifier.verify(await importer.signOwn('auth'), 'auth')).toEqual({
      user: 'system:faktorz:importer',
      groups: ['system:masters'],
    });
    const asAlice = await importer.sign(ALICE, 'auth');
    await expect(verifier.verify(asAlice, 'auth')).rejects.toMatchObject({ reason: 'Unauthorized' });
  });

  it.each([
    ['has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['claims to live longer than 30 s', { iat: Math.floor(Date.now() / 1000) - 120 }],
    ['names another issuer than its key', { iss: 'registry' }],
    ['names nobody', { sub: undefined }],
    ['has groups that are no texts', { groups: [1] }],
  ])('is refused when it %s', async (_what, claims) => {
    await expect(verifier.verify(await forged('gateway', claims), 'auth')).rejects.toMatchObject({
      reason: 'Unauthorized',
    });
  });

  it.each([undefined, '', 'nonsense', 'a.b.c', ['x', 'y']])('is refused when the header is %j', async (header) => {
    await expect(verifier.verify(header, 'auth')).rejects.toMatchObject({ reason: 'Unauthorized' });
  });

  it('with an unknown key makes auth be asked again, at most once a second', async () => {
    const header = await signer('gateway').sign(ALICE, 'auth');
    keys.splice(0);
    const begin = Date.now();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => verifier.verify(header, 'auth')));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(verifier.verify(header, 'auth')).rejects.toMatchObject({ reason: 'Unauthorized' });
    expect(lists).toBeLessThanOrEqual(Math.ceil((Date.now() - begin) / 1000) + 1);
  });

  it('cannot be checked while auth does not answer', async () => {
    const header = await signer('gateway').sign(ALICE, 'auth');
    const lonely = new IdentityVerifier();
    lonely.start({ ...exchange, list: () => Promise.reject(new Error('no answer')) });
    await expect(lonely.verify(header, 'auth')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  });
});

describe('ServiceIdentity', () => {
  it('signs the same identity once for ten seconds', async () => {
    const gateway = signer('gateway');
    expect(await gateway.sign(ALICE, 'auth')).toBe(await gateway.sign(ALICE, 'auth'));
    expect(await gateway.sign(ALICE, 'auth')).not.toBe(await gateway.sign(ALICE, 'importer'));
  });

  it('is not ready before auth knows its key', () => {
    expect(() => new ServiceIdentity('gateway').assertRegistered()).toThrow('not registered');
  });
});
