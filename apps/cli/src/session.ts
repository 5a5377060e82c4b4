import { GLOBAL_FLAGS } from './flags/global-flags.js';
import { type ParsedFlags, parseFlags } from './flags/parse-flags.js';
import type { Terminal } from './terminal/terminal.js';
import { ApiClient } from './client/api-client.js';
import { Discovery } from './client/discovery.js';
import { type ClientConfig, resolveClientConfig } from './kubeconfig/client-config.js';
import { type LoadedKubeconfig, loadKubeconfig } from './kubeconfig/kubeconfig-files.js';

/** What one call of the command shares: kubeconfig, connection and discovery, each made when first asked for. */
export class Session {
  private loaded?: Promise<LoadedKubeconfig>;
  private configured?: Promise<ClientConfig>;
  private connected?: Promise<ApiClient>;
  private discovered?: Promise<Discovery>;

  constructor(
    private readonly flags: ParsedFlags,
    private readonly terminal: Terminal,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** `mayBeMissing`: the file of --kubeconfig need not exist yet. */
  kubeconfig({ mayBeMissing = false } = {}): Promise<LoadedKubeconfig> {
    this.loaded ??= loadKubeconfig({ flag: this.flags.string('kubeconfig') || undefined, env: this.env, mayBeMissing });
    return this.loaded;
  }

  config(): Promise<ClientConfig> {
    this.configured ??= this.kubeconfig().then(({ config }) => resolveClientConfig(config, this.flags));
    return this.configured;
  }

  client(): Promise<ApiClient> {
    this.connected ??= this.config().then((config) => new ApiClient(config, this.terminal, this.flags.int('loglevel')));
    return this.connected;
  }

  /** A client for other credentials or another server than the kubeconfig names. */
  clientFor(config: ClientConfig): ApiClient {
    return new ApiClient(config, this.terminal, this.flags.int('loglevel'));
  }

  /**
   * A client for another cluster: by a kubeconfig of its own, by another context of the one in use, or both; empty where the
   * one in use is meant. No other global flag counts for it. The caller closes it.
   */
  async clientElsewhere(kubeconfig: string, context: string): Promise<ApiClient> {
    const { config } = await loadKubeconfig({
      flag: kubeconfig || this.flags.string('kubeconfig') || undefined,
      env: this.env,
    });
    const { flags } = parseFlags(context === '' ? [] : [`--context=${context}`], GLOBAL_FLAGS);
    return this.clientFor(resolveClientConfig(config, flags));
  }

  discovery(): Promise<Discovery> {
    this.discovered ??= this.client().then((client) => Discovery.read(client));
    return this.discovered;
  }

  async namespace(): Promise<string> {
    return (await this.config()).namespace;
  }

  /** Lets go of open connections. */
  async close(): Promise<void> {
    const client = await this.connected?.catch(() => undefined);
    client?.close();
  }
}
