import { ListPullSecrets, ReadSecret, type SecretContent } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { EMPTY_KEYRING, SecretKeyring, type Keyring, type PullSecret } from '@faktorz/registry-client';
import { Injectable } from '@nestjs/common';

const PAYLOAD_KEYS: Readonly<Record<string, string>> = {
  'kubernetes.io/dockercfg': '.dockercfg',
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
};

const RECENT_MS = 30_000;

/** The credentials a namespace has for outside registries, asked of auth for each import. */
@Injectable()
export class PullSecrets {
  private readonly recent = new Map<string, { keyring: Promise<Keyring>; until: number }>();

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
    const { names } = await this.requests.ask(ListPullSecrets, { namespace });
    if (names.length === 0) return EMPTY_KEYRING;
    const secrets = await Promise.all(
      [...names].sort().map(async (name) => (await this.requests.ask(ReadSecret, { namespace, name })).secret),
    );
    return new SecretKeyring(secrets.flatMap((secret) => (secret ? pullSecret(secret) : [])));
  }
}

/** A secret of another type, or deleted meanwhile, is none. */
function pullSecret({ name, type, data }: SecretContent): PullSecret[] {
  const key = PAYLOAD_KEYS[type];
  return key === undefined ? [] : [{ name, type, payload: Buffer.from(data[key] ?? '', 'base64').toString('utf8') }];
}
