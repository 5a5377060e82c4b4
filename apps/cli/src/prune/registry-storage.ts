import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { isManaged } from '@faktorz/domain';
import type { ClusterSnapshot, PrunedStorage } from '@faktorz/image-prune';
import { CommandError } from '../errors.js';

export interface RegistryOptions {
  /** As given by the user: a host, or a URL that fixes the scheme; '' to find it. */
  url: string;
  token: string;
  ca?: Buffer | string;
  insecure: boolean;
}

const TIMEOUT_MS = 60_000;

/** The integrated registry's storage, by its own API. */
export class RegistryStorage implements PrunedStorage {
  private readonly agent: http.Agent;
  private readonly authorization: string;

  private constructor(
    private readonly base: URL,
    { token, ca, insecure }: RegistryOptions,
  ) {
    this.agent =
      base.protocol === 'https:'
        ? new https.Agent({ keepAlive: true, ca, rejectUnauthorized: !insecure })
        : new http.Agent({ keepAlive: true });
    // The registry takes any user name with a token.
    this.authorization = `Basic ${Buffer.from(`${randomUUID()}:${token}`).toString('base64')}`;
  }

  /** Finds the registry and sees that it answers, before anything is changed (contract: prune, §6). */
  static async connect(options: RegistryOptions, cluster: ClusterSnapshot): Promise<RegistryStorage> {
    const given = options.url !== '';
    const host = given ? options.url : findHost(cluster);
    const problems: string[] = [];
    for (const base of candidates(host, options)) {
      const storage = new RegistryStorage(base, options);
      const problem = await storage.ping();
      if (problem === undefined) return storage;
      storage.close();
      problems.push(`Get "${base.href}": ${problem}`);
    }
    const hint = given ? '' : '\n* Please provide a reachable route to the integrated registry using --registry-url.';
    throw new CommandError(`failed to ping registry ${hostText(host)}: ${problems.join(', ')}${hint}`);
  }

  deleteLayerLink(repository: string, digest: string, unusedSince: Date): Promise<void> {
    return this.delete(`/v2/${repository}/blobs/${digest}?unused-since=${unusedSince.toISOString()}`);
  }

  deleteManifestLink(repository: string, digest: string, unusedSince: Date): Promise<void> {
    return this.delete(`/v2/${repository}/manifests/${digest}?unused-since=${unusedSince.toISOString()}`);
  }

  deleteBlob(digest: string): Promise<void> {
    return this.delete(`/admin/blobs/${digest}`);
  }

  close(): void {
    this.agent.destroy();
  }

  /** What is already gone counts as deleted. */
  private async delete(path: string): Promise<void> {
    const { status, text } = await this.send('DELETE', path, { authorization: this.authorization });
    if (status < 300 || status === 404) return;
    throw new Error(
      `unable to delete ${path}: the registry answered ${status}${text === '' ? '' : `: ${text.trim()}`}`,
    );
  }

  private async ping(): Promise<string | undefined> {
    try {
      const { status } = await this.send('GET', '/', {});
      return status < 400 ? undefined : `unexpected status ${status}`;
    } catch (error) {
      return networkProblem(error, this.base);
    }
  }

  private send(
    method: string,
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = (this.base.protocol === 'https:' ? https : http).request(
        new URL(path, this.base),
        { method, agent: this.agent, headers, timeout: TIMEOUT_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000}s`)));
      request.on('error', reject);
      request.end();
    });
  }
}

/** The host in the newest pushed image's reference, else in what the streams say of their repository. */
function findHost({ images, repositories }: ClusterSnapshot): string {
  const newest = [...images.all()]
    .filter((image) => isManaged(image) && image.dockerImageReference !== '')
    .sort((a, b) => String(b.metadata['creationTimestamp']).localeCompare(String(a.metadata['creationTimestamp'])))[0];
  const host = (newest?.dockerImageReference ?? repositories.find((repository) => repository !== ''))?.split('/')[0];
  if (host) return host;
  throw new CommandError('unable to find the remote registry host: no managed image found');
}

/** Where to try: as told by the scheme; otherwise https, and http where nothing better can be expected. */
function candidates(host: string, { insecure }: RegistryOptions): URL[] {
  if (/^https?:\/\//.test(host)) return [new URL(host)];
  const mayBePlain = insecure || isPrivateHost(host);
  return [new URL(`https://${host}`), ...(mayBePlain ? [new URL(`http://${host}`)] : [])];
}

function isPrivateHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(name);
}

function hostText(host: string): string {
  return host.replace(/\/$/, '');
}

function networkProblem(error: unknown, base: URL): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const address = `${base.hostname}:${base.port || (base.protocol === 'https:' ? '443' : '80')}`;
  if (code === 'ECONNREFUSED') return `dial tcp ${address}: connect: connection refused`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${base.hostname}: no such host`;
  return message;
}
