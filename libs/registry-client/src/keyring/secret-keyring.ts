import type { Credential, Keyring } from './credential.js';
import { readPullSecret, type PullSecret } from './docker-config.js';
import { keyMatches, parseRegistryKey, type RegistryKey } from './registry-key.js';

const HUB_HOSTS = new Set(['docker.io', 'index.docker.io']);
/** Where `docker login` without a server keeps Docker Hub's credentials. */
const HUB_KEY = 'index.docker.io';
const HUB_TOKEN_SERVER = 'auth.docker.io';

/**
 * Credentials out of pull secrets, matched as Kubernetes does: all keys that apply are tried in reverse lexical order
 * (so longer paths come first) and only the first credential counts; of one key in several secrets, the earlier secret's.
 */
export class SecretKeyring implements Keyring {
  private readonly keys: readonly { key: RegistryKey; credential: Credential }[];

  /** Throws `MalformedPullSecret` when any payload cannot be read. */
  constructor(secrets: readonly PullSecret[]) {
    const found = new Map<string, { key: RegistryKey; credential: Credential }>();
    for (const secret of secrets) {
      for (const [written, credential] of readPullSecret(secret)) {
        const key = parseRegistryKey(written);
        if (key && !found.has(key.text)) found.set(key.text, { key, credential });
      }
    }
    this.keys = [...found.values()].sort((a, b) => (a.key.text < b.key.text ? 1 : -1));
  }

  forImage(image: string): Credential | undefined {
    const target = parseImage(image);
    if (!target) return undefined;
    return this.matching(target) ?? (HUB_HOSTS.has(registryOf(image)) ? this.named(HUB_KEY) : undefined);
  }

  /**
   * The secret of the token server's own host: by `host[:port]/path`, then without a default port. Docker Hub's is
   * shown what its images have, which may be a secret for one account's repositories alone, then what Docker Hub has.
   */
  forRealm(realm: URL, image: string): Credential | undefined {
    const host = realm.hostname;
    const ports = realm.port ? [realm.port] : ['', realm.protocol === 'https:' ? '443' : '80'];
    for (const port of ports) {
      const target = parseImage(`${host}${port && `:${port}`}${realm.pathname}`);
      const credential = target && this.matching(target);
      if (credential) return credential;
    }
    if (host !== HUB_TOKEN_SERVER) return undefined;
    const ofImage = HUB_HOSTS.has(registryOf(image)) ? this.forImage(image) : undefined;
    return ofImage ?? this.named(HUB_KEY) ?? this.named('docker.io');
  }

  private matching(target: RegistryKey): Credential | undefined {
    return this.keys.find(({ key }) => keyMatches(key, target))?.credential;
  }

  private named(text: string): Credential | undefined {
    return this.keys.find(({ key }) => key.text === text)?.credential;
  }
}

function registryOf(image: string): string {
  return image.slice(0, image.indexOf('/'));
}

/** Unlike a key, an image path keeps a leading `/v1/` or `/v2/`: there it is a namespace. */
function parseImage(image: string): RegistryKey | undefined {
  const match = /^([^/:]+)(?::(\d+))?(\/.*)?$/.exec(image);
  if (!match?.[1]) return undefined;
  return { text: image, labels: match[1].toLowerCase().split('.'), port: match[2] ?? '', path: match[3] ?? '' };
}
