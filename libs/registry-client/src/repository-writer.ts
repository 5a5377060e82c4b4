import type { Readable } from 'node:stream';
import { parseChallenges } from './auth/challenge.js';
import { BlobUnknown, MalformedAnswer } from './errors.js';
import type { RegistryConnection } from './registry-connection.js';
import { answerFailure } from './transport/answer-failure.js';
import { shown, type Exchange, type ExchangeRequest } from './transport/exchange.js';

/** A blob to be written; `open` is called when the registry is ready to take the bytes. */
export interface BlobToPush {
  digest: string;
  sizeBytes: number;
  open(): Promise<Readable | Buffer>;
}

type Call = Pick<ExchangeRequest, 'method' | 'headers' | 'body'> & { url: URL; reference: string };

/** Writes to one repository of a registry. Nothing is repeated: pushing again is the caller's choice. All methods throw `RegistryError`s. */
export class RepositoryWriter {
  private readonly image: string;
  private readonly scope: string;

  constructor(
    private readonly connection: RegistryConnection,
    /** Full path in the registry. */
    readonly name: string,
  ) {
    this.image = `${connection.registry}/${name}`;
    this.scope = `repository:${name}:pull,push`;
  }

  /**
   * Brings a blob into the repository: nothing is sent when it is there, or when the registry takes it over from
   * `mountFrom`, another of its repositories. Tells which it was.
   */
  async pushBlob(blob: BlobToPush, mountFrom?: string): Promise<'present' | 'mounted' | 'sent'> {
    if (await this.hasBlob(blob.digest)) return 'present';
    const started = await this.startUpload(blob.digest, mountFrom);
    if (started === 'mounted') return started;
    started.searchParams.set('digest', blob.digest);
    await this.send(
      {
        method: 'PUT',
        url: started,
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.sizeBytes) },
        body: await blob.open(),
        reference: blob.digest,
      },
      [201, 204],
    );
    return 'sent';
  }

  /** Writes a manifest under a tag or its digest; all that it names must be there. */
  async pushManifest(reference: string, { mediaType, bytes }: { mediaType: string; bytes: Buffer }): Promise<void> {
    const url = await this.url(`manifests/${reference}`);
    await this.send({ method: 'PUT', url, headers: { 'content-type': mediaType }, body: bytes, reference }, [201, 202]);
  }

  private async hasBlob(digest: string): Promise<boolean> {
    const url = await this.url(`blobs/${digest}`);
    try {
      await this.send({ method: 'HEAD', url, headers: {}, reference: digest }, [200]);
      return true;
    } catch (error) {
      if (error instanceof BlobUnknown) return false;
      throw error;
    }
  }

  /** Where to send the blob (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md, "Pushing blobs"). */
  private async startUpload(digest: string, mountFrom: string | undefined): Promise<URL | 'mounted'> {
    const url = await this.url('blobs/uploads/');
    if (mountFrom !== undefined) {
      url.searchParams.set('mount', digest);
      url.searchParams.set('from', mountFrom);
    }
    const answer = await this.send(
      { method: 'POST', url, headers: { 'content-length': '0' }, reference: digest },
      [201, 202],
    );
    if (answer.status === 201) return 'mounted';
    const { location } = answer.headers;
    if (!location || !URL.canParse(location, url.href))
      throw new MalformedAnswer(shown(url), 'the answer does not say where to send the blob');
    return new URL(location, url);
  }

  private async url(path: string): Promise<URL> {
    const { base } = await this.connection.ping();
    return new URL(`/v2/${this.name}/${path}`, base);
  }

  /** Sends a call with what the registry wants to see; a 401 is answered once, if nothing was lost with it. */
  private async send(call: Call, expected: readonly number[]): Promise<Pick<Exchange, 'status' | 'headers'>> {
    const { exchanger, insecure, tokens, keyring } = this.connection.parts;
    let { challenges } = await this.connection.ping();
    for (let attempt = 0; ; attempt += 1) {
      const authorization = await this.connection.authorize(challenges, this.scope, this.image);
      const answer = await exchanger.complete(
        {
          ...call,
          // An upload may lead to another host, which must not see our credentials.
          authorization: call.url.origin === (await this.url('')).origin ? authorization?.header : undefined,
          totalMs: exchanger.limits.blobTotalMs,
          mayDowngrade: insecure,
        },
        exchanger.limits.manifestBytes,
      );
      if (expected.includes(answer.status)) return answer;
      const anew = answer.status === 401 ? parseChallenges(answer.headers['www-authenticate']) : [];
      const isRepeatable = call.body === undefined || Buffer.isBuffer(call.body);
      if (anew.length === 0 || attempt > 0 || !isRepeatable) {
        const hasCredential = keyring.forImage(this.image) !== undefined;
        const wanted = { kind: 'blob', repository: this.image, reference: call.reference } as const;
        throw answerFailure(wanted, answer, answer.body, hasCredential);
      }
      if (authorization) tokens.forget(authorization.key);
      challenges = anew;
    }
  }
}
