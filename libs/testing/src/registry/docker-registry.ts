import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deleteManifest, pushImage } from './push-image.js';
import type { TestImage } from './test-image.js';

export interface DockerRegistryOptions {
  /** PEM files for TLS; with `clientAuthorityFile`, clients must show a certificate of it. Absent: plain HTTP. */
  tls?: { certificateFile: string; keyFile: string; clientAuthorityFile?: string };
  /** Who is let in; absent: everybody. */
  auth?: RegistryAuth;
  /** Serves what that one has: a second door, so that images are pushed through the open one. */
  storageOf?: DockerRegistry;
}

/** A user with HTTP Basic (see `BASIC_USER`), or whoever brings a token of this server. */
export type RegistryAuth =
  { type: 'basic' } | { type: 'token'; realm: string; service: string; issuer: string; certificateFile: string };

/** The one user of a registry with `auth: { type: 'basic' }`. */
export const BASIC_USER = { username: 'ann', password: 's3cret' };
/** bcrypt of that password, of the lowest cost. */
const HTPASSWD = 'ann:$2b$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG\n';

/** Debian's `docker-registry` as a child process on a free loopback port, with its data in a directory of its own. */
export class DockerRegistry {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    /** `127.0.0.1:port`, as it stands in image references. */
    readonly host: string,
    private readonly base: string,
  ) {}

  static async start(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
    const directory = await mkdtemp(join(tmpdir(), 'faktorz-registry-'));
    const file = join(directory, 'config.json'); // JSON is YAML
    await writeFile(join(directory, 'htpasswd'), HTPASSWD);
    await writeFile(file, JSON.stringify(configuration(directory, options)));
    const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const host = await listeningAddress(child).catch(async (error: unknown) => {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    });
    return new DockerRegistry(child, directory, host, `${options.tls ? 'https' : 'http'}://${host}`);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Where its files are. */
  get storage(): string {
    return join(this.directory, 'data');
  }

  /** Pushes to `team/ruby:2.0` (default tag `latest`) and returns the digest. */
  push(reference: string, image: TestImage): Promise<string> {
    return pushImage(this.base, reference, image);
  }

  delete(repository: string, digest: string): Promise<void> {
    return deleteManifest(this.base, repository, digest);
  }

  async stop(): Promise<void> {
    const isRunning = this.process.exitCode === null && this.process.signalCode === null;
    const ended = isRunning ? once(this.process, 'exit') : undefined;
    this.process.kill('SIGKILL');
    await ended;
    await rm(this.directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function configuration(directory: string, { tls, auth, storageOf }: DockerRegistryOptions): object {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storageOf?.storage ?? join(directory, 'data') },
      delete: { enabled: true },
    },
    http: {
      addr: '127.0.0.1:0',
      secret: 'test',
      ...(tls
        ? {
            tls: {
              certificate: tls.certificateFile,
              key: tls.keyFile,
              ...(tls.clientAuthorityFile ? { clientcas: [tls.clientAuthorityFile] } : {}),
            },
          }
        : {}),
    },
    ...(auth ? { auth: authOf(directory, auth) } : {}),
  };
}

function authOf(directory: string, auth: RegistryAuth): object {
  if (auth.type === 'basic') return { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } };
  const { realm, service, issuer, certificateFile } = auth;
  return { token: { realm, service, issuer, rootcertbundle: certificateFile } };
}

/** Reads the chosen port from the log; a server that will not start is an error with what it said. */
async function listeningAddress(child: ChildProcess): Promise<string> {
  const failed = once(child, 'error').then(([error]) =>
    Promise.reject(new Error('docker-registry cannot be started (apt-get install docker-registry)', { cause: error })),
  );
  const said: string[] = [];
  const listening = (async () => {
    if (!child.stderr) throw new Error('docker-registry has no stderr');
    const lines = createInterface({ input: child.stderr });
    for await (const line of lines) {
      const address = /listening on ([\d.]+:\d+)/.exec(line)?.[1];
      if (address) {
        child.stderr.resume();
        return address;
      }
      said.push(line);
    }
    throw new Error(`docker-registry ended: ${said.join('\n')}`);
  })();
  return Promise.race([listening, failed]);
}
