import { isSchema1MediaType, MEDIA_TYPE, parseManifest, schema1LayerSize, type Manifest } from '@faktorz/domain';
import type { RepositoryClient } from '@faktorz/registry-client';
import { countedRegistry, type AccountKey } from '../registry-account/account-key.js';
import type { FetchTools } from './fetch-tools.js';

/** A manifest with all that is needed to make an Image of it. */
export interface FetchedContent {
  digest: string;
  mediaType: string;
  text: string;
  manifest: Manifest;
  /** The config blob as text; absent where the manifest has none or it is no text. */
  config?: string;
  layerSizes?: ReadonlyMap<string, number>;
}

/** Fetches manifests of one repository from one place; each is fetched once, however many items ask for it. */
export class RepositoryFetch {
  private readonly manifests = new Map<string, Promise<FetchedContent>>();

  constructor(
    readonly registry: string,
    private readonly repository: RepositoryClient,
    private readonly tools: Pick<FetchTools, 'accounts' | 'gates' | 'configs'>,
    private readonly signal: AbortSignal,
  ) {}

  /** Whom the registry counts requests for this repository to. */
  get account(): AccountKey {
    return { registry: countedRegistry(this.registry), account: this.repository.account };
  }

  /** A manifest by tag or digest, with its config. Throws `RegistryError`, `InvalidManifest`. */
  content(reference: string): Promise<FetchedContent> {
    let content = this.manifests.get(reference);
    if (!content) {
      content = this.fetch(reference);
      this.manifests.set(reference, content);
    }
    return content;
  }

  /** The digest a tag stands for now, by one HEAD; undefined when the registry does not say. */
  async currentDigest(tag: string): Promise<string | undefined> {
    return (await this.gated(() => this.repository.headManifest(tag, { signal: this.signal }))).digest;
  }

  /** All tags, in the registry's order. */
  tags(): Promise<string[]> {
    return this.gated(async () => {
      const tags: string[] = [];
      for await (const tag of this.repository.listTags({ signal: this.signal })) tags.push(tag);
      return tags;
    });
  }

  private async fetch(reference: string): Promise<FetchedContent> {
    const { digest, mediaType, bytes } = await this.gated(() =>
      this.repository.getManifest(reference, { signal: this.signal }),
    );
    const text = bytes.toString('utf8');
    const manifest = parseManifest(text, mediaType);
    return {
      digest,
      mediaType,
      text,
      manifest,
      ...(manifest.form === 'image' ? { config: await this.config(manifest) } : {}),
      ...(isSchema1MediaType(mediaType) && manifest.form === 'schema1'
        ? { layerSizes: await this.layerSizes(manifest) }
        : {}),
    };
  }

  private async config({ config }: Extract<Manifest, { form: 'image' }>): Promise<string | undefined> {
    // What an artifact has in place of a config is the same everywhere, and not always kept.
    if (config.mediaType === MEDIA_TYPE.ociEmpty) return '{}';
    const bytes = await this.tools.configs.get(`${this.registry}/${this.repository.name}`, config.digest, () =>
      this.gated(() => this.repository.readBlob(config.digest, { signal: this.signal })),
    );
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return undefined; // the config of an artifact may be anything
    }
  }

  /** Schema 1 often leaves out how large its layers are: then the registry is asked. */
  private async layerSizes({
    layers,
    history,
  }: Extract<Manifest, { form: 'schema1' }>): Promise<ReadonlyMap<string, number>> {
    const unsized = new Set(layers.filter((_layer, index) => schema1LayerSize(history[index]) === undefined));
    const sizes = await Promise.all(
      [...unsized].map(async (digest) => {
        const { sizeBytes } = await this.gated(() => this.repository.headBlob(digest, { signal: this.signal }));
        return [digest, sizeBytes ?? 0] as const;
      }),
    );
    return new Map(sizes);
  }

  /** Asks when a place is free, and not at all while the registry wants to be left alone. */
  private gated<T>(request: () => Promise<T>): Promise<T> {
    const { accounts, gates } = this.tools;
    const ask = async (): Promise<T> => {
      this.signal.throwIfAborted();
      accounts.admit(this.account);
      try {
        const answer = await request();
        await accounts.told(this.account);
        return answer;
      } catch (error) {
        if (!this.signal.aborted) await accounts.failed(this.account, error);
        throw error;
      }
    };
    return gates.run(this.registry, ask, this.signal);
  }
}
