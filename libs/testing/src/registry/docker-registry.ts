import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deleteManifest, pushImage } from './push-image.js';
import type { TestImage } from './test-image.js';

export interface DockerRegistryOptions {
  /** PEM files for TLS. Absent: plain HTTP. */
  tls?: { certificateFile: string; keyFile: string };
}

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
    await writeFile(file, JSON.stringify(configuration(directory, options)));
    const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const host = await listeningAddress(child).catch(async (error: unknown) => {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    });
    return new DockerRegistry(child, directory, host, `${options.tls ? 'https' : 'http'}://${host}`);
  }

  /** Pushes to `team/ruby:2.0` (default tag `latest`) and returns the digest. */
  push(reference: string, image: TestImage): Promise<string> {
    return pushImage(this.base, reference, image);
  }

  delete(repository: string, digest: string): Promise<void> {
    return deleteManifest(this.base, repository, digest);
  }

  async stop(): Promise<void> {
    const ended = this.process.exitCode === null ? once(this.process, 'exit') : undefined;
    this.process.kill('SIGKILL');
    await ended;
    await rm(this.directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function configuration(directory: string, { tls }: DockerRegistryOptions): object {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'test',
      ...(tls ? { tls: { certificate: tls.certificateFile, key: tls.keyFile } } : {}),
    },
  };
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
