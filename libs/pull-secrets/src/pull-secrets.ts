import { ListPullSecrets, ReadSecret, type SecretContent } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { EMPTY_KEYRING, SecretKeyring, type Keyring, type PullSecret } from '@faktorz/registry-client';
import { Injectable } from '@nestjs/common';

const PAYLOAD_KEYS: Readonly<Record<string, string>> = {
  'kubernetes.io/dockercfg': '.dockercfg',
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
};

const RECENT_MS = 30_000;
/** Contents of secrets kept, of all namespaces. */
const MOST_READ = 1000;

/** The credentials a namespace has for outside registries. */
@Injectable()
export class PullSecrets {
  private readonly recent = new Map<string, { keyring: Promise<Keyring>; until: number }>();
  private readonly read = new Map<string, { version: string; secret: SecretContent }>();

  constructor(private readonly requests: Requests) {}

  /** As `keyringOf`, but up to half a minute old: for checks, of which there are many. */
  recentKeyringOf(namespace: string): Promise<Keyring> {
    const now = Date.now();
    for (const [name, { until }] of this.recent) if (until <= now) this.recent.delete(name);
    const known = this.recent.get(namespace);
    if (known) return known.keyring;
    const keyring = this.keyringOf(namespace);
    this.recent.set(namespace, { keyring, until: now + RECENT_MS });
    keyring.catch(() => this.recent.delete(namespace));
    return keyring;
  }

  /** All pull secrets of the namespace as one keyring. Throws `MalformedPullSecret` when one of them cannot be read. */
  async keyringOf(namespace: string): Promise<Keyring> {
    const { names, versions = [] } = await this.requests.ask(ListPullSecrets, { namespace });
    if (names.length === 0) return EMPTY_KEYRING;
    const listed = names.map((name, index) => ({ name, version: versions[index] }));
    listed.sort((a, b) => (a.name < b.name ? -1 : 1));
    const secrets = await Promise.all(listed.map(({ name, version }) => this.content(namespace, name, version)));
    return new SecretKeyring(secrets.flatMap((secret) => (secret ? pullSecret(secret) : [])));
  }

  /** A secret's content; of the version known from an earlier import without asking again. */
  private async content(
    namespace: string,
    name: string,
    version: string | undefined,
  ): Promise<SecretContent | undefined> {
    const key = `${namespace}/${name}`;
    const known = this.read.get(key);
    if (version !== undefined && known?.version === version) return known.secret;
    const { secret } = await this.requests.ask(ReadSecret, { namespace, name });
    this.read.delete(key);
    if (secret && version !== undefined) this.read.set(key, { version, secret });
    const oldest = this.read.size > MOST_READ ? this.read.keys().next().value : undefined;
    if (oldest !== undefined) this.read.delete(oldest);
    return secret;
  }
}

/** A secret of another type, or deleted meanwhile, is none. */
function pullSecret({ name, type, data }: SecretContent): PullSecret[] {
  const key = PAYLOAD_KEYS[type];
  return key === undefined ? [] : [{ name, type, payload: Buffer.from(data[key] ?? '', 'base64').toString('utf8') }];
}
