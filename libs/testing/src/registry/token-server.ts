import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned, type KeyedCertificate } from '../certificates/self-signed.js';
import type { RegistryAuth } from './docker-registry.js';
import { reply, ScriptedRegistry, type SeenRequest } from './scripted-registry.js';

export interface TokenServerOptions {
  /** Passwords by user name: these alone get tokens. */
  users: Readonly<Record<string, string>>;
  /** How tokens are signed. Default ES256. */
  algorithm?: 'ES256' | 'RS256';
  /** PEM for HTTPS. Absent: plain HTTP. */
  tls?: { certificate: string; key: string };
  lifeSeconds?: number;
}

const ISSUER = 'test issuer';
const SERVICE = 'test registry';

/**
 * A token server on a port of its own, whose tokens a `DockerRegistry` with its `auth` takes
 * (https://distribution.github.io/distribution/spec/auth/token/). It grants its users to pull anything.
 */
export class TokenServer {
  private constructor(
    private readonly server: ScriptedRegistry,
    private readonly directory: string,
    private readonly signer: KeyedCertificate,
  ) {}

  static async start(options: TokenServerOptions): Promise<TokenServer> {
    const { users, algorithm = 'ES256', tls, lifeSeconds = 300 } = options;
    const directory = await mkdtemp(join(tmpdir(), 'faktorz-tokens-'));
    const signer = await selfSigned(directory, 'signer', algorithm);
    const server = await ScriptedRegistry.start({ tls });
    server.on('/token', (request, response) => {
      const user = userOf(request);
      if (user === undefined || users[user.name] === undefined || users[user.name] !== user.password)
        return reply(401, { details: 'incorrect username or password' })(request, response);
      const token = tokenFor(user.name, request, { signer, algorithm, lifeSeconds });
      return reply(200, { token, expires_in: lifeSeconds })(request, response);
    });
    return new TokenServer(server, directory, signer);
  }

  /** `127.0.0.1:port`, as it stands in pull secrets. */
  get host(): string {
    return this.server.host;
  }

  /** Makes a registry send its clients here. */
  get auth(): RegistryAuth {
    const { certificateFile } = this.signer;
    return { type: 'token', realm: `${this.server.url}/token`, service: SERVICE, issuer: ISSUER, certificateFile };
  }

  get requests(): readonly SeenRequest[] {
    return this.server.requests;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function userOf({ headers }: SeenRequest): { name: string; password: string } | undefined {
  const [scheme, text = ''] = (headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return undefined;
  const [name = '', ...password] = Buffer.from(text, 'base64').toString().split(':');
  return { name, password: password.join(':') };
}

function tokenFor(
  subject: string,
  { path }: SeenRequest,
  { signer, algorithm, lifeSeconds }: { signer: KeyedCertificate; algorithm: string; lifeSeconds: number },
): string {
  const scopes = new URL(path, 'http://token').searchParams.getAll('scope');
  const access = scopes.map((scope) => {
    const [type, ...rest] = scope.split(':');
    return { type, name: rest.slice(0, -1).join(':'), actions: ['pull'] };
  });
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: algorithm, x5c: [new X509Certificate(signer.certificate).raw.toString('base64')] };
  const claims = {
    iss: ISSUER,
    sub: subject,
    aud: SERVICE,
    iat: now,
    nbf: now - 10,
    exp: now + lifeSeconds,
    jti: randomUUID(),
    access,
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const key = { key: createPrivateKey(signer.key), dsaEncoding: 'ieee-p1363' as const };
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
