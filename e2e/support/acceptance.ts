import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCertificates, type LocalCertificates } from '@faktorz/embedded';
import { DockerRegistry, startSystem, type SystemOptions, type TestSystem } from '@faktorz/testing';
import { type ProgramOptions, run, type Ran, RunningProgram } from './program.js';

const FAKTORZ = fileURLToPath(new URL('../../apps/cli/bin/faktorz.mjs', import.meta.url));

export interface AcceptanceOptions extends SystemOptions {
  /** The outside registry speaks HTTPS, with a certificate that the importer trusts. Default: plain HTTP. */
  secureRegistry?: boolean;
}

/** The running system, an outside registry, and the two commands a user has, in a directory of their own. */
export class Acceptance implements AsyncDisposable {
  private constructor(
    readonly system: TestSystem,
    readonly registry: DockerRegistry,
    readonly directory: string,
    /** Of a local authority, for 127.0.0.1. */
    readonly certificates: LocalCertificates,
  ) {}

  static async start({ secureRegistry = false, env, ...options }: AcceptanceOptions = {}): Promise<Acceptance> {
    const directory = await mkdtemp(join(tmpdir(), 'faktorz-e2e-'));
    const certificates = await ensureCertificates({ directory: join(directory, 'tls') });
    const registry = await DockerRegistry.start(secureRegistry ? { tls: certificates } : {});
    const trust: Record<string, string> = secureRegistry ? { FAKTORZ_IMPORTER_CA_FILE: certificates.caFile } : {};
    try {
      const system = await startSystem({ ...options, env: { ...trust, ...env } });
      return new Acceptance(system, registry, directory, certificates);
    } catch (error) {
      await registry.stop();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** `kubectl …` with the administrator's kubeconfig. */
  kubectl(args: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
    return run('kubectl', args, this.programOptions(options));
  }

  /** `faktorz …` with the administrator's kubeconfig. */
  faktorz(args: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
    return run(process.execPath, [FAKTORZ, ...args], this.programOptions(options));
  }

  /** `kubectl …` or `faktorz …` that goes on until interrupted. */
  background(program: 'kubectl' | 'faktorz', args: readonly string[], given: ProgramOptions = {}): RunningProgram {
    const options = this.programOptions(given);
    return program === 'kubectl'
      ? new RunningProgram('kubectl', args, options)
      : new RunningProgram(process.execPath, [FAKTORZ, ...args], options);
  }

  /** Writes a file and returns its path. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.directory, name);
    await writeFile(path, content);
    return path;
  }

  /** Writes an object as JSON, which is YAML, and returns the file's path. */
  manifest(name: string, object: unknown): Promise<string> {
    return this.file(name, JSON.stringify(object));
  }

  /** An object as the API shows it now; `undefined` where there is none. */
  async object<T>(path: string): Promise<T | undefined> {
    const response = await this.system.request(path);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.stop();
    await this.registry.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private programOptions({ env, ...options }: ProgramOptions): ProgramOptions {
    return {
      cwd: this.directory,
      ...options,
      env: { KUBECONFIG: this.system.kubeconfig, KUBECACHEDIR: join(this.directory, 'cache'), ...env },
    };
  }
}
