import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseImageReference } from '@faktorz/domain';
import { BASIC_USER, DockerRegistry, eventually, randomImage, selfSigned, TokenServer } from '@faktorz/testing';
import {
  BadRegistryPolicy,
  OutboundPolicy,
  Registries,
  RegistryPolicyFile,
  SecretKeyring,
  UnauthorizedByRegistry,
} from '../src/index.js';

const policy = new OutboundPolicy({ allowLoopback: true });
const image = randomImage();
const keyring = (auths: Record<string, object>) =>
  new SecretKeyring([{ name: 's', type: 'kubernetes.io/dockerconfigjson', payload: JSON.stringify({ auths }) }]);

let directory: string;
/** Open; the others are further doors to what it has. */
let store: DockerRegistry;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-private-'));
  store = await DockerRegistry.start();
  await store.push('team/app:1.0', image);
});
afterAll(async () => {
  await store.stop();
  await rm(directory, { recursive: true, force: true });
});

const digestFrom = (registries: Registries, host: string, access: Parameters<Registries['client']>[1]) =>
  registries
    .client(host, access)
    .repository('team/app')
    .getManifest('1.0')
    .then(({ digest }) => digest);

describe('a docker-registry with passwords', () => {
  it('lets its user in, and nobody else', async () => {
    await using registry = await DockerRegistry.start({ auth: { type: 'basic' }, storageOf: store });
    await using registries = new Registries({ policy });
    const as = (credential: object | undefined) =>
      digestFrom(registries, registry.host, {
        insecure: true,
        keyring: keyring(credential ? { [registry.host]: credential } : {}),
      });
    expect(await as(BASIC_USER)).toBe(image.digest);
    await expect(as(undefined)).rejects.toBeInstanceOf(UnauthorizedByRegistry);
    await expect(as({ ...BASIC_USER, password: 'wrong' })).rejects.toBeInstanceOf(UnauthorizedByRegistry);
  });
});

describe.each(['ES256', 'RS256'] as const)('a docker-registry that has a token server judge (%s)', (algorithm) => {
  it("takes its tokens, got with the token server's own secret or with the image's", async () => {
    await using tokens = await TokenServer.start({ users: { tok: 'en' }, algorithm });
    await using registry = await DockerRegistry.start({ auth: tokens.auth, storageOf: store });
    const as = async (auths: Record<string, object>) => {
      await using registries = new Registries({ policy });
      return await digestFrom(registries, registry.host, { insecure: true, keyring: keyring(auths) });
    };
    const tokenUser = { username: 'tok', password: 'en' };
    expect(await as({ [registry.host]: BASIC_USER, [tokens.host]: tokenUser })).toBe(image.digest);
    expect(tokens.requests.map(({ headers }) => headers.authorization)).toEqual([`Basic ${btoa('tok:en')}`]);
    expect(await as({ [registry.host]: tokenUser })).toBe(image.digest);
    await expect(as({ [registry.host]: BASIC_USER })).rejects.toBeInstanceOf(UnauthorizedByRegistry);
    await expect(as({})).rejects.toBeInstanceOf(UnauthorizedByRegistry);
  });
});

describe('certificates of single registries', () => {
  it('count for, and are shown to, these registries alone, and change while the process runs', async () => {
    const server = await selfSigned(directory, 'server');
    const client = await selfSigned(directory, 'client');
    const certificates = { certificateFile: server.certificateFile, keyFile: server.keyFile };
    await using closed = await DockerRegistry.start({
      tls: { ...certificates, clientAuthorityFile: client.certificateFile },
      storageOf: store,
    });
    await using other = await DockerRegistry.start({ tls: certificates, storageOf: store });
    const file = join(directory, 'policy.yaml');
    await writeFile(file, 'trust: { directory: certs.d }');
    const place = join(directory, 'certs.d', closed.host);
    await mkdir(place, { recursive: true });
    await Promise.all([
      writeFile(join(place, 'ca.crt'), server.certificate),
      writeFile(join(place, 'client.cert'), client.certificate),
      writeFile(join(place, 'client.key'), client.key),
    ]);
    const policyFile = new RegistryPolicyFile(file);
    await using registries = new Registries({ policy, trust: policyFile.current.trust });
    expect(await digestFrom(registries, closed.host, {})).toBe(image.digest);
    await expect(digestFrom(registries, other.host, {})).rejects.toThrow('x509');
    expect(await digestFrom(registries, other.host, { insecure: true })).toBe(image.digest);

    const problems: string[] = [];
    policyFile.watch(
      { onChange: ({ trust }) => registries.setTrust(trust), onProblem: ({ message }) => problems.push(message) },
      20,
    );
    await writeFile(file, `trust: { registries: { "${other.host}": { ca: no-such.crt } } }`);
    await eventually('the mistake is told', () => problems.length > 0);
    expect(problems).toEqual([expect.stringContaining('no-such.crt is missing')]);
    expect(await digestFrom(registries, closed.host, {})).toBe(image.digest);
    await writeFile(file, `trust: { registries: { "${other.host}": { ca: server.crt } } }`);
    await eventually('the other registry is trusted', () =>
      digestFrom(registries, other.host, {}).catch(() => undefined),
    );
    await expect(digestFrom(registries, closed.host, {})).rejects.toThrow(/x509|certificate/);
    policyFile.close();
  });
});

describe('a policy', () => {
  const rulesOf = async (text: string) => {
    const file = join(directory, `rules-${Math.random()}.yaml`);
    await writeFile(file, text);
    return new RegistryPolicyFile(file).current;
  };

  it('orders mirrors before the source, marks nothing insecure but what was marked, and blocks', async () => {
    const rules = await rulesOf(`
registrySources:
  blockedRegistries: [bad.example]
  insecureRegistries: [near.example:5000]
imageTagMirrors:
  - { source: quay.io, mirrors: [near.example:5000/quay, far.example/quay] }
  - { source: quay.io/secret, mirrors: [far.example/secret], mirrorSourcePolicy: NeverContactSource }
`);
    const sources = (name: string, insecure = false) => rules.pullSources(parseImageReference(name), insecure);
    expect(sources('quay.io/team/app:1', true)).toEqual([
      { registry: 'near.example:5000', repository: 'quay/team/app', insecure: true, isOriginal: false },
      { registry: 'far.example', repository: 'quay/team/app', insecure: false, isOriginal: false },
      { registry: 'quay.io', repository: 'team/app', insecure: true, isOriginal: true },
    ]);
    expect(sources('quay.io/secret/app:1').map(({ registry }) => registry)).toEqual(['far.example']);
    expect(sources('ruby')).toEqual([
      { registry: 'docker.io', repository: 'library/ruby', insecure: false, isOriginal: true },
    ]);
    expect(() => sources('bad.example/x/y')).toThrow('registry bad.example blocked');
  });

  it.each([
    ['a field that is unknown', 'blockedRegistrys: []', /blockedRegistrys/],
    [
      'a mirror with a tag',
      'imageTagMirrors: [{ source: quay.io, mirrors: ["a.io/b:1"] }]',
      /imageTagMirrors\[0\]\.mirrors\[0\]/,
    ],
    [
      'a host that is none',
      'registrySources: { blockedRegistries: ["a b"] }',
      /registrySources\.blockedRegistries\[0\]: must be a host/,
    ],
    [
      'a source that may not be asked, and no mirror',
      'imageTagMirrors: [{ source: quay.io, mirrorSourcePolicy: NeverContactSource }]',
      /imageTagMirrors\[0\]\.mirrors: must name at least one/,
    ],
    ['no YAML', 'a: [', /it is no YAML/],
    [
      'half a client certificate',
      'trust: { registries: { a.io: { clientKey: k } } }',
      /clientCertificate and clientKey/,
    ],
    ['a directory that is not there', 'trust: { directory: nowhere }', /nowhere does not exist/],
  ])('is refused for %s', async (_name, text, problem) => {
    await expect(rulesOf(text)).rejects.toThrow(problem);
    await expect(rulesOf(text)).rejects.toBeInstanceOf(BadRegistryPolicy);
  });
});
