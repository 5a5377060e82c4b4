import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { findRegistryHosts } from '../../images/registry-host.js';
import { registryConfigFile } from '../../outside-registries/registry-config.js';

export const command: Command = {
  usage: 'registry login [options]',
  description: 'Save credentials for the integrated registry where docker, podman and skopeo look for them.',
  flags: [
    { name: 'registry', kind: 'string', usage: 'Host of the registry; by default the integrated one.' },
    { name: 'auth-basic', kind: 'string', usage: 'USER:PASSWORD instead of the token in use.' },
    { name: 'registry-config', short: 'a', kind: 'string', usage: 'File to save to.' },
    { name: 'to', kind: 'string', usage: 'File to save to.' },
    { name: 'skip-check', kind: 'bool', usage: 'Do not try the credentials.' },
    { name: 'insecure', kind: 'bool', usage: 'Allow HTTP and unknown certificates.' },
  ],
  run: login,
};

async function login({ flags, session, terminal }: Call): Promise<void> {
  const [username, password] = await credentials(
    flags.string('auth-basic'),
    async () => (await session.config()).token,
  );
  let host = flags.string('registry');
  if (host === '') {
    const hosts = await findRegistryHosts(await session.client(), await session.namespace());
    if (hosts?.public) terminal.error(`info: Using registry public hostname ${hosts.public}\n`);
    else if (hosts?.internal) terminal.error(`info: Using internal registry hostname ${hosts.internal}\n`);
    host = hosts?.public || hosts?.internal || '';
    if (host === '') {
      throw new CommandError(
        'The public hostname of the integrated registry could not be determined. Please specify one with --registry.',
      );
    }
  }
  if (!flags.bool('skip-check')) await check(host, username, password, flags.bool('insecure'));
  const file = flags.string('to') || flags.string('registry-config') || registryConfigFile();
  await save(file, host, username, password);
  terminal.out(`Saved credentials for ${host} into ${file}\n`);
}

async function credentials(basic: string, token: () => Promise<string | undefined>): Promise<[string, string]> {
  if (basic !== '') {
    const colon = basic.indexOf(':');
    if (colon <= 0) throw new CommandError('--auth-basic must be in the form user:password');
    return [basic.slice(0, colon), basic.slice(colon + 1)];
  }
  const current = await token();
  if (!current) throw new CommandError('no token is currently in use for this session');
  return ['user', current];
}

/** Tries the credentials as a registry client would: a challenge, then a token, then again. */
async function check(host: string, username: string, password: string, insecure: boolean): Promise<void> {
  try {
    const base = insecure ? await reachable(host) : `https://${host}`;
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const first = await fetch(`${base}/v2/`, { signal: AbortSignal.timeout(10_000) });
    if (first.status !== 401) {
      if (first.ok) return;
      throw new Error(`the registry answered ${first.status}`);
    }
    const authorization = await answerChallenge(first.headers.get('www-authenticate') ?? '', basic);
    const second = await fetch(`${base}/v2/`, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
    if (!second.ok) throw new Error('unauthorized: authentication required');
  } catch (error) {
    throw new CommandError(
      `unable to check your credentials - pass --skip-check to bypass this error: ${(error as Error).message}`,
      1,
      { cause: error },
    );
  }
}

async function reachable(host: string): Promise<string> {
  const tried = await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  return tried ? `https://${host}` : `http://${host}`;
}

async function answerChallenge(challenge: string, basic: string): Promise<string> {
  if (!/^bearer /i.test(challenge)) return basic;
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const url = new URL(parameters.realm as string);
  if (parameters.service) url.searchParams.set('service', parameters.service);
  const answer = await fetch(url, { headers: { authorization: basic }, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error('unauthorized: authentication required');
  const body = (await answer.json()) as { token?: string; access_token?: string };
  return `Bearer ${body.token ?? body.access_token ?? ''}`;
}

async function save(file: string, host: string, username: string, password: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const config = JSON.parse(text.trim() || '{}') as { auths?: Record<string, object> };
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const changed = { ...config, auths: { ...config.auths, [host]: { auth } } };
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, `${JSON.stringify(changed, undefined, '\t')}\n`, { mode: 0o600 });
}
