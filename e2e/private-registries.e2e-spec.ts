import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  BASIC_USER,
  DockerRegistry,
  eventually,
  randomImage,
  reply,
  ScriptedRegistry,
  selfSigned,
  silence,
  TokenServer,
} from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { history, streamPath, type StreamView } from './support/image-streams.js';

jest.setTimeout(60_000); // each command is a process of its own

const PROJECT = 'private';
const REPOSITORY = 'team/app';
const image = randomImage();

let directory: string;
/** Open, plain HTTP; the others are further doors to what it has. */
let open: DockerRegistry;
let basic: DockerRegistry;
let delegated: DockerRegistry;
let trusted: DockerRegistry;
let selfMade: DockerRegistry;
let tokens: TokenServer;
let counting: ScriptedRegistry;
let bench: Acceptance;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faktorz-policy-'));
  const [known, unknown] = await Promise.all([selfSigned(directory, 'known'), selfSigned(directory, 'unknown')]);
  open = await DockerRegistry.start();
  await open.push(`${REPOSITORY}:1.0`, image);
  tokens = await TokenServer.start({ users: { 'developer@example.com': 'sso-password' }, tls: known });
  const door = (options: Parameters<typeof DockerRegistry.start>[0]) =>
    DockerRegistry.start({ ...options, storageOf: open });
  [basic, delegated, trusted, selfMade, counting] = await Promise.all([
    door({ tls: known, auth: { type: 'basic' } }),
    door({ tls: known, auth: tokens.auth }),
    door({ tls: known }),
    door({ tls: unknown }),
    ScriptedRegistry.start(),
  ]);
  bench = await Acceptance.start({
    env: {
      FAKTORZ_REGISTRY_POLICY_FILE: await writePolicy([]),
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: '2',
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: '0',
    },
  });
  await type(`new-project ${PROJECT}`);
}, 120_000);

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await Promise.all([basic, delegated, trusted, selfMade, open, tokens, counting].map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
});

/** Writes the operator's policy, perhaps with a list of allowed registries; returns the file. */
async function writePolicy(allowed: readonly string[]): Promise<string> {
  const file = join(directory, 'policy.yaml');
  const ca = { ca: 'known.crt' };
  const policy = {
    allowedRegistriesForImport: allowed.map((domainName) => ({ domainName })),
    registrySources: { blockedRegistries: ['blocked.example'], insecureRegistries: [open.host] },
    imageTagMirrors: [
      {
        source: 'mirrored.example',
        mirrors: [`127.0.0.1:9/nobody`, open.host],
        mirrorSourcePolicy: 'NeverContactSource',
      },
      { source: 'lost.example', mirrors: ['127.0.0.1:9/a', '127.0.0.1:9/b'], mirrorSourcePolicy: 'NeverContactSource' },
    ],
    trust: { registries: Object.fromEntries([basic, delegated, trusted, tokens].map(({ host }) => [host, ca])) },
  };
  await writeFile(file, JSON.stringify(policy));
  return file;
}

/** Runs `faktorz`, which has to succeed; what it printed. */
async function type(...words: string[]): Promise<string> {
  const ran = await attempt(...words);
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
}

function attempt(...words: string[]) {
  return bench.faktorz(words.flatMap((word) => word.split(' ')));
}

function stream(name: string): Promise<StreamView | undefined> {
  return bench.object<StreamView>(streamPath(PROJECT, name));
}

async function failureOf(name: string, tag = '1.0'): Promise<string | undefined> {
  const found = (await stream(name))?.status.tags?.find((entry) => entry.tag === tag);
  return found?.conditions?.[0]?.message;
}

describe('a registry with passwords of its own', () => {
  it('is imported from with a pull secret of the namespace, and not without', async () => {
    await attempt(`import-image closed:1.0 --from=${basic.host}/${REPOSITORY}:1.0 --confirm`);
    expect(await failureOf('closed')).toContain('you may not have access to the container image');
    const { username, password } = BASIC_USER;
    await type(
      `create secret docker-registry basic --docker-server=${basic.host} --docker-username=${username} --docker-password=${password}`,
    );
    await type('import-image closed:1.0');
    expect(history(await stream('closed'), '1.0')).toEqual([image.digest]);
    expect(await failureOf('closed')).toBeUndefined();
  });

  it('is shown the secret of the longest path', async () => {
    const entry = (password: string) => ({ auth: btoa(`${BASIC_USER.username}:${password}`) });
    const auths = { [basic.host]: entry('of-the-host'), [`https://${basic.host}/v2/team`]: entry(BASIC_USER.password) };
    const file = await bench.file('paths.json', JSON.stringify({ auths }));
    await type('delete secret basic');
    await type(`secret new paths .dockerconfigjson=${file}`);
    await type(`import-image by-path:1.0 --from=${basic.host}/${REPOSITORY}:1.0 --confirm`);
    expect(history(await stream('by-path'), '1.0')).toEqual([image.digest]);
    await type('delete secret paths');
  });
});

describe('a registry that speaks plain HTTP', () => {
  it('is imported from by what is marked insecure, and by nothing else', async () => {
    counting.serve(REPOSITORY, 'plain', image);
    const from = `${counting.host}/${REPOSITORY}:plain`;
    await type(`tag ${from} plain:strict`);
    await type(`tag --insecure ${from} plain:lax`);
    await eventually('the marked tag is imported', async () => history(await stream('plain'), 'lax').length === 1);
    expect(await eventually('the other one is not', () => failureOf('plain', 'strict'))).toContain(
      'http: server gave HTTP response to HTTPS client',
    );
    await type('annotate is plain openshift.io/image.insecureRepository=true');
    await type('import-image plain:strict');
    expect(history(await stream('plain'), 'strict')).toEqual([image.digest]);
  });
});

describe('a registry that delegates authentication', () => {
  it('is imported from with secrets for both endpoints, as the manual has it', async () => {
    expect(
      await type(
        `secret new-dockercfg --docker-server=${tokens.host} --docker-username=developer@example.com --docker-password=sso-password --docker-email=unused redhat-connect-sso`,
      ),
    ).toBe('secret/redhat-connect-sso\n');
    expect(
      await type(
        `secret new-dockercfg --docker-server=${delegated.host} --docker-username=developer@example.com --docker-password=private-password --docker-email=unused private-registry`,
      ),
    ).toBe('secret/private-registry\n');
    expect(await type(`import-image app --from=${delegated.host}/${REPOSITORY}:1.0 --confirm`)).toMatch(/\S/);
    expect(history(await stream('app'), 'latest')).toEqual([image.digest]);
    const shown = tokens.requests.map(({ headers }) => headers.authorization);
    expect(new Set(shown)).toEqual(new Set([`Basic ${btoa('developer@example.com:sso-password')}`]));
    await eventually('the account is listed', async () =>
      (await type('registries', delegated.host)).includes(' developer@example.com '),
    );
  });

  it('is imported from with one secret out of the file of docker login', async () => {
    await type('delete secret redhat-connect-sso private-registry');
    const auth = btoa('developer@example.com:sso-password');
    const file = await bench.file('config.json', JSON.stringify({ auths: { [delegated.host]: { auth } } }));
    expect(await type(`secret new redhat-connect .dockerconfigjson=${file}`)).toBe('secret/redhat-connect\n');
    await type('secrets link default redhat-connect --for=pull');
    await type(`import-image app:again --from=${delegated.host}/${REPOSITORY}:1.0 --confirm`);
    expect(history(await stream('app'), 'again')).toEqual([image.digest]);
  });
});

describe('a registry with an unusual certificate', () => {
  it('is imported from when its authority is in the policy', async () => {
    await type(`import-image trusted:1.0 --from=${trusted.host}/${REPOSITORY}:1.0 --confirm`);
    expect(history(await stream('trusted'), '1.0')).toEqual([image.digest]);
  });

  it('is refused without, unless the tag or the stream is marked insecure', async () => {
    await attempt(`import-image own:1.0 --from=${selfMade.host}/${REPOSITORY}:1.0 --confirm`);
    expect(await failureOf('own')).toContain('x509: certificate signed by unknown authority');
    await type('annotate is own openshift.io/image.insecureRepository=true');
    await type('import-image own:1.0');
    expect(history(await stream('own'), '1.0')).toEqual([image.digest]);
    await type(`tag --insecure ${selfMade.host}/${REPOSITORY}:1.0 marked:1.0`);
    await eventually('the tag is imported', async () => history(await stream('marked'), '1.0')[0] === image.digest);
  });
});

describe("the operator's policy", () => {
  it('has images of mirrored registries come from the first mirror that has them, under their own name', async () => {
    await type(`import-image near:1.0 --from=mirrored.example/${REPOSITORY}:1.0 --confirm`);
    const [entry] = (await stream('near'))?.status.tags?.[0]?.items ?? [];
    expect(entry).toMatchObject({
      image: image.digest,
      dockerImageReference: `mirrored.example/${REPOSITORY}@${image.digest}`,
    });
    await attempt(`import-image lost:1.0 --from=lost.example/${REPOSITORY}:1.0 --confirm`);
    expect(await failureOf('lost')).toMatch(/^Internal error occurred: \[.*127\.0\.0\.1:9.*, .*127\.0\.0\.1:9.*\]$/);
  });

  it('blocks registries', async () => {
    await attempt(`import-image blocked:1.0 --from=blocked.example/${REPOSITORY}:1.0 --confirm`);
    expect(await failureOf('blocked')).toBe('forbidden: registry blocked.example blocked');
  });

  it('allows what it names, from the moment it does, to all but those who may store images anyway', async () => {
    await type('adm create-user ann');
    await type(`policy add-role-to-user edit ann -n ${PROJECT}`);
    const token = (await type('adm create-token ann')).trim();
    const asAnn = (host: string) =>
      attempt(
        `import-image from-${host.split(':')[1]}:1.0 --from=${host}/${REPOSITORY}:1.0 --confirm --token=${token} --insecure`,
      );
    await writePolicy([trusted.host]);
    const refused = await eventually(
      'the list holds',
      async () => {
        const ran = await asAnn(open.host);
        return ran.code === 0 ? undefined : ran;
      },
      20_000,
    );
    expect(refused.stderr).toContain(
      `spec.images[0].from.name: Forbidden: importing images from registry "${open.host}" is forbidden: registry "${open.host}" not allowed by whitelist: "${trusted.host}"`,
    );
    expect(await asAnn(trusted.host)).toMatchObject({ code: 0 });
    await type(`import-image anything:1.0 --from=${open.host}/${REPOSITORY}:1.0 --confirm`); // an administrator
    // What a tag or a file asks for is imported in the background, where the list holds for everybody. Each service reads
    // the policy in its own time, and what a tag names already stays allowed: so a new stream for every attempt.
    let attempts = 0;
    const sneaked = await eventually(
      'tags keep to the list',
      async () => {
        const ran = await attempt(`tag --insecure ${open.host}/${REPOSITORY}:1.0 sneaked-${++attempts}:1.0`);
        return ran.code === 0 ? undefined : ran;
      },
      20_000,
    );
    expect(sneaked.stderr).toContain(
      `tag.from.name: Forbidden: registry "${open.host}" not allowed by whitelist: "${trusted.host}"`,
    );
    // A repository that a tag names already stays allowed.
    await type(`annotate istag/anything:1.0 note=kept`);
    await writePolicy([]);
    await eventually('the list is gone', async () => (await asAnn(open.host)).code === 0, 20_000);
    const freed = `tag --insecure ${open.host}/${REPOSITORY}:1.0 freed:1.0`;
    await eventually('for tags, too', async () => (await attempt(freed)).code === 0, 20_000);
  }, 90_000);
});

describe('a registry that never answers', () => {
  it('is a condition on the tag before the client gives up', async () => {
    await using mute = await ScriptedRegistry.start();
    mute.on(/.*/, silence);
    const from = `--from=${mute.host}/${REPOSITORY}:1.0`;
    const ran = await bench.faktorz(
      ['import-image', 'mute:1.0', from, '--confirm', '--insecure', '--request-timeout=12s'],
      { timeoutMs: 60_000 },
    );
    expect(ran.stderr).not.toContain('Timeout');
    expect(await failureOf('mute')).toMatch(/no complete answer/);
  }, 60_000);
});

describe('faktorz registries', () => {
  it('shows what was spent and is left, the tags and the last error, to administrators and cluster readers', async () => {
    counting.serve(REPOSITORY, '1.0', image).on(/manifests/, (_request, response) => {
      response.setHeader('ratelimit-limit', '100;w=21600');
      response.setHeader('ratelimit-remaining', '76;w=21600');
      return false;
    });
    await type(`tag --scheduled --insecure ${counting.host}/${REPOSITORY}:1.0 counted:1.0`);
    const row = new RegExp(`^${counting.host} +<anonymous> +\\d+ +76/100 +1 +(now|\\d+s)`, 'm');
    await eventually('the registry is listed', async () => row.test(await type('registries')), 20_000);
    expect(await type('registries', counting.host)).toMatch(
      /^REGISTRY +ACCOUNT +SPENT +LEFT +BACK-OFF +TAGS +NEXT DUE +LAST ERROR\n[^\n]+\n$/,
    );
    expect(await type('registries -o name')).toContain(`registryaccount.import.faktorz.io/anonymous@${counting.host}`);
    expect((await bench.kubectl(['get', 'registryaccounts', '-o', 'wide'])).stdout).toContain(
      `anonymous@${counting.host}`,
    );

    counting.on(/manifests/, reply(429, '', { 'retry-after': '300' }));
    await eventually('it is left alone', async () =>
      /\d+[ms]\S* \(refused\).*429 Too Many Requests/.test(await type('registries', counting.host)),
    );
    const token = (await type('adm create-token ann')).trim();
    expect(await attempt(`registries --token=${token}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Forbidden'),
    });
    await type('adm policy add-cluster-role-to-user cluster-reader ann');
    await eventually(
      'a cluster reader may look',
      async () => (await attempt(`registries --token=${token}`)).code === 0,
    );
  }, 60_000);
});
