import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { guard, randomImage, redirect, reply, ScriptedRegistry, tokenServer } from '@faktorz/testing';
import { OutboundPolicy, Registries, SecretKeyring, UnauthorizedByRegistry } from '../src/index.js';

const image = randomImage();
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const keyring = (auths: Record<string, object>) =>
  new SecretKeyring([{ name: 's', type: 'kubernetes.io/dockerconfigjson', payload: JSON.stringify({ auths }) }]);

describe('a registry that wants to know who asks', () => {
  let server: ScriptedRegistry;
  let tokens: ScriptedRegistry;
  let registries: Registries;
  beforeEach(async () => {
    [server, tokens] = await Promise.all([ScriptedRegistry.start(), ScriptedRegistry.start()]);
    registries = new Registries({ policy: new OutboundPolicy({ allowLoopback: true }) });
    server.serve('x/y', '1.0', image);
  });
  afterEach(async () => {
    await Promise.all([registries.close(), server.stop(), tokens.stop()]);
  });
  const fetch = (auths: Record<string, object>) =>
    registries
      .client(server.host, { insecure: true, keyring: keyring(auths) })
      .repository('x/y')
      .getManifest('1.0');
  const wantBearer = () =>
    server.on(/^\/v2\//, guard('Bearer abc', `Bearer realm="${tokens.url}/token",service="registry"`));

  it('gets Basic credentials', async () => {
    server.on(/^\/v2\//, guard(basic('ann', 'secret'), 'Basic realm="x"'));
    expect((await fetch({ [server.host]: { username: 'ann', password: 'secret' } })).digest).toBe(image.digest);
    await expect(fetch({})).rejects.toMatchObject({ constructor: UnauthorizedByRegistry, withoutCredentials: true });
    await expect(fetch({ [server.host]: { auth: btoa('ann:wrong') } })).rejects.toMatchObject({
      withoutCredentials: false,
    });
  });

  it('gets an anonymous token where that is enough', async () => {
    wantBearer();
    tokens.on('/token', tokenServer('abc'));
    expect((await fetch({})).digest).toBe(image.digest);
    expect(tokens.seen).toEqual(['GET /token?service=registry&scope=repository%3Ax%2Fy%3Apull']);
  });

  it('asks for a token once, and for one HEAD nothing but the HEAD', async () => {
    wantBearer();
    tokens.on('/token', tokenServer('abc', { username: 'ann', password: 'secret' }));
    await Promise.all([1, 2, 3].map(() => fetch({ [server.host]: { username: 'ann', password: 'secret' } })));
    expect(tokens.requests).toHaveLength(1);
    server.requests.length = 0;
    const client = registries.client(server.host, {
      insecure: true,
      keyring: keyring({ [server.host]: { username: 'ann', password: 'secret' } }),
    });
    expect((await client.repository('x/y').headManifest('1.0')).digest).toBe(image.digest);
    expect(server.seen).toEqual(['HEAD /v2/x/y/manifests/1.0']);
  });

  it('shows the token server its own secret if there is one, else the one of the image', async () => {
    wantBearer();
    tokens.on('/token', tokenServer('abc', { username: 'tok', password: 'en' }));
    const own = {
      [server.host]: { username: 'ann', password: 'secret' },
      [tokens.host]: { username: 'tok', password: 'en' },
    };
    expect((await fetch(own)).digest).toBe(image.digest);
    expect((await fetch({ [`${server.host}/x`]: { username: 'tok', password: 'en' } })).digest).toBe(image.digest);
    expect(server.requests.some(({ headers }) => headers.authorization?.startsWith('Basic'))).toBe(false);
  });

  it('passes on what the token server said of a wrong password', async () => {
    wantBearer();
    tokens.on('/token', tokenServer('abc', { username: 'ann', password: 'secret' }));
    await expect(fetch({ [server.host]: { username: 'ann', password: 'wrong' } })).rejects.toMatchObject({
      constructor: UnauthorizedByRegistry,
      detail: 'incorrect username or password',
    });
  });

  it('trades a refresh token in', async () => {
    wantBearer();
    tokens.on('/token', reply(200, { access_token: 'abc' }));
    await fetch({ [server.host]: { auth: btoa('<token>:'), identitytoken: 'long-lived' } });
    expect(tokens.requests[0]).toMatchObject({
      method: 'POST',
      body: expect.stringContaining('refresh_token=long-lived'),
    });
  });

  it('gets a new token when the held one is no longer taken', async () => {
    wantBearer();
    let given = 'old';
    tokens.on('/token', (request, response) => tokenServer(given)(request, response));
    await expect(fetch({})).rejects.toBeInstanceOf(UnauthorizedByRegistry);
    given = 'abc';
    expect((await fetch({})).digest).toBe(image.digest);
  });

  it('keeps credentials from the host a redirect leads to', async () => {
    server.on(/^\/v2\//, guard(basic('ann', 'secret'), 'Basic realm="x"'));
    const blob = image.blobs[0];
    const digest = blob?.digest ?? '';
    server.on(`/v2/x/y/blobs/${digest}`, redirect(`${tokens.url}/storage?signature=1`));
    server.on(/^\/v2\//, guard(basic('ann', 'secret'), 'Basic realm="x"'));
    tokens.on('/storage', reply(200, blob?.bytes ?? ''));
    const client = registries.client(server.host, {
      insecure: true,
      keyring: keyring({ [server.host]: { username: 'ann', password: 'secret' } }),
    });
    expect(await client.repository('x/y').readBlob(digest)).toEqual(blob?.bytes);
    expect(tokens.requests[0]?.headers.authorization).toBeUndefined();
  });
});
