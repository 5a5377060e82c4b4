import { guard, randomImage, ScriptedRegistry, tokenServer } from '@faktorz/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Acceptance } from './support/acceptance.js';
import { history, streamPath, type StreamView } from './support/image-streams.js';

jest.setTimeout(60_000); // each command is a process of its own

const PROJECT = 'partners';
/** What the manual's commands stand for here. */
const USER = 'developer@example.com';
const PASSWORD = 'their secret';

let bench: Acceptance;
let registry: ScriptedRegistry;
let sso: ScriptedRegistry;
const image = randomImage();

beforeAll(async () => {
  bench = await Acceptance.start();
  [registry, sso] = await Promise.all([ScriptedRegistry.start(), ScriptedRegistry.start()]);
  registry
    .serve('partner/app', 'latest', image)
    .on(/^\/v2\//, guard('Bearer abc', `Bearer realm="${sso.url}/token",service="partner"`));
  sso.on('/token', tokenServer('abc', { username: USER, password: PASSWORD }));
  await type('new-project', PROJECT);
}, 120_000);

afterAll(async () => {
  await Promise.all([registry.stop(), sso.stop()]);
  await bench[Symbol.asyncDispose]();
});

/** Types a command of faktorz that has to succeed; what it printed. */
async function type(...args: string[]): Promise<string> {
  const ran = await bench.faktorz(args);
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
}

function importApp(project = PROJECT) {
  const from = `--from=${registry.host}/partner/app`;
  return bench.faktorz(['import-image', 'app', from, '--confirm', '--insecure', '-n', project]);
}

async function isImported(project = PROJECT): Promise<boolean> {
  return history(await bench.object<StreamView>(streamPath(project, 'app')), 'latest')[0] === image.digest;
}

const credentials = (server: string): string[] => [
  `--docker-server=${server}`,
  `--docker-username=${USER}`,
  `--docker-password=${PASSWORD}`,
  '--docker-email=unused',
];

interface Account {
  secrets?: { name: string }[];
  imagePullSecrets?: { name: string }[];
}

const defaultAccount = () => bench.object<Account>(`/api/v1/namespaces/${PROJECT}/serviceaccounts/default`);
const names = (list: { name: string }[] | undefined): string[] => (list ?? []).map(({ name }) => name);

describe('a registry that delegates authentication', () => {
  it('refuses the import without pull secrets', async () => {
    expect((await importApp()).code).toBe(1);
    expect(await isImported()).toBe(false);
  });

  it('is imported from with a secret for the authentication server and one for the registry', async () => {
    expect(await type('secret', 'new-dockercfg', ...credentials(sso.host), 'partner-sso')).toBe('secret/partner-sso\n');
    expect(await type('secret', 'new-dockercfg', ...credentials(registry.host), 'private-registry')).toBe(
      'secret/private-registry\n',
    );
    expect(await importApp()).toMatchObject({ code: 0 });
    expect(await isImported()).toBe(true);
  });

  it('is imported from with the file that a docker login wrote', async () => {
    await type('new-project', 'by-file');
    const auth = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
    const file = await bench.manifest('config.json', { auths: { [registry.host]: { auth }, [sso.host]: { auth } } });
    expect(await type('secret', 'new', 'partner', `.dockerconfigjson=${file}`)).toBe('secret/partner\n');
    const secret = await bench.object('/api/v1/namespaces/by-file/secrets/partner');
    expect(secret).toMatchObject({ type: 'kubernetes.io/dockerconfigjson' });
    expect(await importApp('by-file')).toMatchObject({ code: 0 });
    expect(await isImported('by-file')).toBe(true);
    await type('project', PROJECT);
  });
});

describe('a pull secret', () => {
  it('is linked to a service account for its pods, for pulls, mounts or both, and unlinked', async () => {
    const before = (await defaultAccount())!;
    expect(await type('secrets', 'link', 'default', 'private-registry', '--for=pull')).toBe('');
    expect(names((await defaultAccount())!.imagePullSecrets)).toContain('private-registry');
    expect(names((await defaultAccount())!.secrets)).not.toContain('private-registry');
    await type('secrets', 'link', 'default', 'private-registry', '--for=pull,mount');
    await type('secrets', 'link', 'default', 'private-registry', '--for=pull');
    const linked = (await defaultAccount())!;
    expect(names(linked.imagePullSecrets).filter((name) => name === 'private-registry')).toHaveLength(1);
    expect(names(linked.secrets)).toContain('private-registry');
    expect(await type('secrets', 'unlink', 'default', 'private-registry')).toBe('serviceaccount/default updated\n');
    expect(await defaultAccount()).toMatchObject({
      secrets: before.secrets ?? [],
      imagePullSecrets: before.imagePullSecrets ?? [],
    });
    expect(await bench.faktorz(['secrets', 'link', 'default', 'nope'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('secret "nope" not found'),
    });
  });
});

describe('who may see and pull images', () => {
  /** Whether a user may pull from (get) or push to (update) the streams of a project. */
  const may = async (user: string, verb: 'get' | 'update', project = PROJECT): Promise<boolean> => {
    const question = ['auth', 'can-i', verb, 'imagestreams', '--subresource=layers', '-n', project, `--as=${user}`];
    return (await bench.faktorz(question)).stdout === 'yes\n';
  };
  const account = (project: string, name: string) => `system:serviceaccount:${project}:${name}`;

  beforeAll(async () => {
    for (const user of ['bob', 'carol'])
      await bench.faktorz(['adm', 'create-user', user, '--password-stdin'], { input: 'correct horse battery' });
  });

  it('a user with registry-viewer lists the streams of all projects, until it is taken away', async () => {
    const list = async () => (await bench.faktorz(['get', 'is', '-A', '--as=bob'])).code;
    expect(await list()).toBe(1);
    const change = (verb: string) => ['adm', 'policy', `${verb}-user`, 'registry-viewer', 'bob'];
    expect(await type(...change('add-cluster-role-to'))).toBe(
      'clusterrole.rbac.authorization.k8s.io/registry-viewer added: "bob"\n',
    );
    expect(await list()).toBe(0);
    expect(await type(...change('remove-cluster-role-from'))).toBe(
      'clusterrole.rbac.authorization.k8s.io/registry-viewer removed: "bob"\n',
    );
    expect(await list()).toBe(1);
  });

  it('pulling needs get, pushing update on imagestreams/layers', async () => {
    await type('policy', 'add-role-to-user', 'system:image-puller', 'bob', '-n', PROJECT);
    await type('policy', 'add-role-to-user', 'system:image-pusher', 'carol', '-n', PROJECT);
    expect([await may('bob', 'get'), await may('bob', 'update')]).toEqual([true, false]);
    expect(await may('carol', 'update')).toBe(true);
  });

  it('accounts of a project pull in it, its builder also pushes, and another project pulls when it is let', async () => {
    const [own, builder, other] = [
      account(PROJECT, 'default'),
      account(PROJECT, 'builder'),
      account('by-file', 'default'),
    ];
    expect([await may(own, 'get'), await may(own, 'update'), await may(builder, 'update')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await may(other, 'get')).toBe(false);
    await type('policy', 'add-role-to-group', 'system:image-puller', 'system:serviceaccounts:by-file', '-n', PROJECT);
    expect(await may(other, 'get')).toBe(true);
    await type('policy', 'add-role-to-user', 'edit', '-z', 'default', '-n', PROJECT);
    expect(await may(own, 'update')).toBe(true);
  });

  it('a grant says what is missing: the role, the user, the account', async () => {
    const warnings = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await bench.faktorz(['policy', 'add-role-to-user', ...args, '-n', PROJECT]);
      expect(code).toBe(0);
      return stderr;
    };
    expect(await warnings('nosuch', 'bob')).toBe("Warning: role 'nosuch' not found\n");
    expect(await warnings('view', 'nobody')).toBe("Warning: User 'nobody' not found\n");
    expect(await warnings('view', '-z', 'nothing')).toBe("Warning: ServiceAccount 'nothing' not found\n");
  });
});
