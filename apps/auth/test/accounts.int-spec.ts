import { ListSigningKeys, RecordAudit, ReviewToken, type AuditRecord } from '@faktorz/domain';
import { eventually } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { startAuthBench, type AuthBench, type Body } from './auth-bench.js';

const ISSUER = 'https://kubernetes.default.svc';
const HOST = 'registry.example:5000';
let bench: AuthBench;
beforeAll(async (): Promise<void> => {
  bench = await startAuthBench({ FAKTORZ_REGISTRY_INTERNAL_HOST: HOST });
  await newNamespace('blue');
}, 60_000);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const newNamespace = (name: string) =>
  bench.admin('POST', '/api/v1/namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name } });
const ACCOUNTS = '/api/v1/namespaces/blue/serviceaccounts';
const SECRETS = '/api/v1/namespaces/blue/secrets';
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/namespaces/blue/rolebindings';
const tokenRequest = (spec: object, account = 'default') =>
  bench.admin('POST', `${ACCOUNTS}/${account}/token`, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    spec,
  });
const newToken = async (spec: object = {}, account = 'default'): Promise<string> =>
  (await tokenRequest(spec, account)).body.status.token;
const whose = async (token: string): Promise<string | undefined> =>
  (await bench.requests.ask(ReviewToken, { token })).identity?.user;
const partsOf = (token: string): [Record<string, unknown>, Record<string, unknown>, string] => {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return [read(header), read(payload), signature];
};
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const DEFAULT = 'system:serviceaccount:blue:default';

describe('a service account token', () => {
  it('says who it is, and is verified by the published key', async () => {
    const { body, status } = await tokenRequest({ expirationSeconds: 1200 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'TokenRequest', spec: { audiences: [ISSUER], expirationSeconds: 1200 } });
    const { identity, expiresAt } = await bench.requests.ask(ReviewToken, { token: body.status.token });
    expect(identity).toMatchObject({
      user: DEFAULT,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:blue', 'system:authenticated'],
    });
    expect(Date.parse(expiresAt!) - Date.now()).toBeGreaterThan(1_100_000);
    const { issuer, keys } = await bench.requests.ask(ListSigningKeys, {});
    const [header] = partsOf(body.status.token as string);
    expect(issuer).toBe(ISSUER);
    expect(keys.map(({ kid }) => kid)).toContain(header['kid']);
    for (const key of keys) expect(key).not.toHaveProperty('d');
  });

  it.each<[string, object, number]>([
    ['less than ten minutes', { expirationSeconds: 599 }, 422],
    ['more than 136 years', { expirationSeconds: 2 ** 32 + 1 }, 422],
  ])('is refused for %s', async (_case, spec, code) => {
    expect((await tokenRequest(spec)).status).toBe(code);
  });

  it('is refused for an account that is not there', async () => {
    expect((await tokenRequest({}, 'nobody')).status).toBe(404);
  });

  it('for another audience is good there and not here', async () => {
    const token = await newToken({ audiences: ['vault'] });
    expect(await whose(token)).toBeUndefined();
    const review = async (audiences?: string[]) =>
      (
        await bench.admin('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
          kind: 'TokenReview',
          apiVersion: 'authentication.k8s.io/v1',
          spec: { token, audiences },
        })
      ).body.status as Body;
    expect(await review()).toMatchObject({ error: 'invalid bearer token' });
    expect(await review(['vault', 'other'])).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
      user: { username: DEFAULT },
    });
    expect(await review([ISSUER])).toMatchObject({ error: 'invalid bearer token' });
  });

  it('ends with its account, and is not good for the next of that name', async () => {
    const token = await newToken({}, 'builder');
    expect(await whose(token)).toBe('system:serviceaccount:blue:builder');
    await bench.admin('DELETE', `${ACCOUNTS}/builder`);
    expect(await whose(token)).toBeUndefined();
    await eventually(
      'the account is back',
      async () => (await bench.admin('GET', `${ACCOUNTS}/builder`)).status === 200,
    );
    expect(await whose(token)).toBeUndefined();
  });
});

describe('a token that is not ours', () => {
  let header: Record<string, unknown>;
  let payload: Record<string, unknown>;
  let signature: string;
  let publicKey: CryptoKey;
  beforeAll(async () => {
    [header, payload, signature] = partsOf(await newToken());
    const { keys } = await bench.requests.ask(ListSigningKeys, {});
    const jwk = keys.find(({ kid }) => kid === header['kid']) as JWK;
    publicKey = (await importJWK(jwk, 'ES256', { extractable: true })) as CryptoKey;
  });
  const signedByOther = async (head: object, body: object): Promise<string> => {
    const { privateKey } = await generateKeyPair('ES256');
    return new SignJWT(body as Record<string, unknown>).setProtectedHeader({ alg: 'ES256', ...head }).sign(privateKey);
  };

  it('would be believed as it is', async () => {
    expect(await whose(`${part(header)}.${part(payload)}.${signature}`)).toBe(DEFAULT);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['without signature, alg none', () => `${part({ alg: 'none', typ: 'JWT' })}.${part(payload)}.`],
    ['alg none with our key id', () => `${part({ ...header, alg: 'none' })}.${part(payload)}.${signature}`],
    ['alg None', () => `${part({ ...header, alg: 'None' })}.${part(payload)}.`],
    ['signed by another key', () => signedByOther({ kid: header['kid'] }, payload)],
    ['signed by a key nobody knows', () => signedByOther({ kid: 'mine' }, payload)],
    ['with its own key in the header', async () => signedByOther({ jwk: { kty: 'EC' } }, payload)],
    [
      'HMAC with our public key as the secret',
      async () => {
        const pem = await exportSPKI(publicKey);
        const text = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
        return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
      },
    ],
    [
      'another user in it',
      () => `${part(header)}.${part({ ...payload, sub: 'system:serviceaccount:blue:admin' })}.${signature}`,
    ],
    ['a later end', () => `${part(header)}.${part({ ...payload, exp: 9_999_999_999 })}.${signature}`],
    ['a cut signature', () => `${part(header)}.${part(payload)}.${signature.slice(0, -2)}`],
    ['no signature', () => `${part(header)}.${part(payload)}.`],
    [
      'an algorithm header that is no text',
      () => `${part({ ...header, alg: ['ES256'] })}.${part(payload)}.${signature}`,
    ],
    ['no JSON', () => `${Buffer.from('x').toString('base64url')}.${part(payload)}.${signature}`],
  ])('%s', async (_case, forge) => {
    expect(await whose(await forge())).toBeUndefined();
  });
});

describe('what every namespace has', () => {
  const pullSecretOf = async (account: string): Promise<string | undefined> =>
    (await bench.admin('GET', `${ACCOUNTS}/${account}`)).body.metadata?.annotations?.[
      'openshift.io/internal-registry-pull-secret-ref'
    ];

  it('is a pull secret for each service account, named in both of its lists', async () => {
    await eventually('a pull secret', async () => (await pullSecretOf('default')) !== undefined);
    const name = (await pullSecretOf('default'))!;
    expect(name).toMatch(/^default-dockercfg-[a-z0-9]{5}$/);
    const { body: account } = await bench.admin('GET', `${ACCOUNTS}/default`);
    expect(account).toMatchObject({ secrets: [{ name }], imagePullSecrets: [{ name }] });
    const { body: secret } = await bench.admin('GET', `${SECRETS}/${name}`);
    expect(secret).toMatchObject({
      type: 'kubernetes.io/dockercfg',
      metadata: {
        annotations: {
          'openshift.io/internal-registry-auth-token.service-account': 'default',
          'openshift.io/internal-registry-auth-token.binding': 'bound',
        },
        ownerReferences: [{ kind: 'ServiceAccount', name: 'default', uid: account.metadata.uid }],
      },
    });
    const config = JSON.parse(Buffer.from(secret.data['.dockercfg'], 'base64').toString());
    expect(Object.keys(config)).toEqual([HOST]);
    const auth = Buffer.from(config[HOST].auth, 'base64').toString();
    expect(auth).toMatch(/^<token>:/);
    expect(await whose(auth.slice('<token>:'.length))).toBe(DEFAULT);
  });

  it('is made again when it was deleted: the secret, the account, the bindings', async () => {
    await eventually('a pull secret', async () => (await pullSecretOf('deployer')) !== undefined);
    const before = (await pullSecretOf('deployer'))!;
    await bench.admin('DELETE', `${SECRETS}/${before}`);
    await eventually('another pull secret', async () => {
      const now = await pullSecretOf('deployer');
      return now !== before && (await bench.admin('GET', `${SECRETS}/${now}`)).status === 200;
    });
    const { body } = await bench.admin('GET', `${ACCOUNTS}/deployer`);
    expect(body.secrets).toHaveLength(1);
    await bench.admin('DELETE', `${ACCOUNTS}/deployer`);
    await bench.admin('DELETE', `${BINDINGS}/system:image-pullers`);
    await eventually('account and binding', async () => {
      const answers = [
        await bench.admin('GET', `${ACCOUNTS}/deployer`),
        await bench.admin('GET', `${BINDINGS}/system:image-pullers`),
      ];
      return answers.every(({ status }) => status === 200);
    });
  });

  it('stays empty where somebody emptied it', async () => {
    const path = `${BINDINGS}/system:image-builders`;
    const { body } = await bench.admin('GET', path);
    await bench.admin('PUT', path, { ...body, subjects: [] });
    await bench.admin('DELETE', `${BINDINGS}/system:deployers`); // the worker comes by
    await eventually(
      'the other binding',
      async () => (await bench.admin('GET', `${BINDINGS}/system:deployers`)).status === 200,
    );
    expect((await bench.admin('GET', path)).body.subjects ?? []).toEqual([]);
  });

  it('goes with the account: no pull secret is left behind', async () => {
    await bench.admin('POST', ACCOUNTS, { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'short' } });
    await eventually('a pull secret', async () => (await pullSecretOf('short')) !== undefined);
    const name = (await pullSecretOf('short'))!;
    await bench.admin('DELETE', `${ACCOUNTS}/short`);
    expect((await bench.admin('GET', `${SECRETS}/${name}`)).status).toBe(404);
  });
});

describe('a rotation of the encryption key', () => {
  it('seals everything anew while all stays readable, under the same versions', async () => {
    const plain = Buffer.from('before the rotation').toString('base64');
    const { body: before } = await bench.admin('POST', SECRETS, {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: { name: 'kept' },
      data: { plain },
    });
    const sealedBy = async () =>
      (
        await bench.query<{ key: string }>(
          `SELECT DISTINCT split_part(document ->> 'sealed', '.', 2) AS key FROM document_version WHERE resource = 'secrets'
           UNION SELECT DISTINCT split_part(sealed, '.', 2) FROM signing_key`,
        )
      ).map(({ key }) => key);
    const [old] = await sealedBy();
    const { status, body } = await bench.admin('POST', '/apis/auth.faktorz.io/v1/encryptionkeyrotations', {
      kind: 'EncryptionKeyRotation',
      apiVersion: 'auth.faktorz.io/v1',
      spec: { newKey: true },
    });
    expect(status).toBe(201);
    expect(body.status.keyId).not.toBe(old);
    expect(await sealedBy()).toEqual([body.status.keyId]);
    const { body: after } = await bench.admin('GET', `${SECRETS}/kept`);
    expect(after).toMatchObject({ data: { plain }, metadata: { resourceVersion: before.metadata.resourceVersion } });
    const token = await newToken();
    expect(await whose(token)).toBe(DEFAULT);
    await bench.restart();
    expect((await bench.admin('GET', `${SECRETS}/kept`)).body.data).toEqual({ plain });
    expect(await whose(token)).toBe(DEFAULT);
  }, 30_000);
});

describe('audit events', () => {
  const record = (id: string, rest: Partial<AuditRecord> = {}): AuditRecord => ({
    id,
    time: new Date(Date.now() - 1000).toISOString(),
    user: 'ann',
    groups: [],
    verb: 'create',
    group: '',
    resource: 'secrets',
    subresource: '',
    namespace: 'blue',
    name: 'x',
    from: '192.0.2.1',
    userAgent: 'kubectl',
    decision: 'allow',
    code: 201,
    reason: 'RBAC: because',
    ...rest,
  });
  const PATH = '/apis/auth.faktorz.io/v1/auditevents';

  it('are listed in order, page by page, by user and decision, and once however often they are sent', async () => {
    const records = ['a', 'b', 'c', 'd', 'e'].map((id, index) =>
      record(`0-${id}`, index % 2 ? { user: 'eve', decision: 'deny', code: 403 } : {}),
    );
    await bench.requests.ask(RecordAudit, { records });
    await bench.requests.ask(RecordAudit, { records });
    const list = async (query = '') => (await bench.admin('GET', `${PATH}${query}`)).body;
    const names = (body: Body) => body.items.map((item: Body) => item.metadata.name);
    expect(names(await list())).toEqual(['0-a', '0-b', '0-c', '0-d', '0-e']);
    expect(names(await list('?fieldSelector=user=eve,decision=deny'))).toEqual(['0-b', '0-d']);
    const first = await list('?limit=2');
    expect(names(first)).toEqual(['0-a', '0-b']);
    expect(names(await list(`?limit=5&continue=${first.metadata.continue}`))).toEqual(['0-c', '0-d', '0-e']);
    expect((await bench.admin('GET', `${PATH}/0-b`)).body).toMatchObject({
      kind: 'AuditEvent',
      user: 'eve',
      object: { resource: 'secrets', namespace: 'blue', name: 'x' },
    });
    expect((await bench.admin('GET', `${PATH}/nope`)).status).toBe(404);
  });

  it('cannot be written or removed by anybody', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'] as const)
      expect((await bench.admin(method, `${PATH}/0-a`, {}, 'application/json')).status).toBe(405);
    expect((await bench.admin('POST', PATH, { kind: 'AuditEvent', apiVersion: 'auth.faktorz.io/v1' })).status).toBe(
      405,
    );
  });
});
