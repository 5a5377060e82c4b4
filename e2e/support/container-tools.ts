import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Ran } from './program.js';

const TIMEOUT_MS = 120_000;

/** skopeo, podman and buildah of one user: with credentials, images and containers of their own. */
export class ContainerTools {
  private readonly authFile: string;

  private constructor(private readonly directory: string) {
    this.authFile = join(directory, 'auth.json');
  }

  static async in(directory: string): Promise<ContainerTools> {
    await mkdir(directory, { recursive: true });
    return new ContainerTools(directory);
  }

  skopeo(...args: string[]): Promise<Ran> {
    return this.run('skopeo', ['--insecure-policy', ...args]);
  }

  podman(...args: string[]): Promise<Ran> {
    return this.run('podman', [...this.storage('podman'), ...args]);
  }

  buildah(...args: string[]): Promise<Ran> {
    return this.run('buildah', [...this.storage('buildah'), ...args]);
  }

  private storage(of: string): string[] {
    const at = (name: string) => join(this.directory, of, name);
    return ['--root', at('root'), '--runroot', at('run'), '--storage-driver', 'vfs'];
  }

  private run(program: string, args: readonly string[]): Promise<Ran> {
    return run(program, args, {
      cwd: this.directory,
      timeoutMs: TIMEOUT_MS,
      env: { REGISTRY_AUTH_FILE: this.authFile, BUILDAH_ISOLATION: 'chroot', HOME: this.directory },
    });
  }
}
