import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EnsureSecret, ReadSecret } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { ExpiringCache } from '@faktorz/service-kit';

/** Namespace of the Secrets that hold the keys: nobody but administrators reads there. */
export const KEY_NAMESPACE = 'kube-system';

const KEY = 'key';
const KEY_BYTES = 32;
/** How long a removed key may still be good. */
const KEPT_MS = 2_000;
const MOST_KEPT = 1_000;
const ASK_TIMEOUT_MS = 3_000;

/**
 * The keys in the paths of admission webhooks. An API server sends no credentials to a webhook unless it is started with a
 * file of them, so the path has to be the credential. Each cluster has its own, in a Secret; deleting that ends it.
 */
@Injectable()
export class AdmissionKeys {
  private readonly cache = new ExpiringCache<string>(KEPT_MS, MOST_KEPT);

  constructor(private readonly requests: Requests) {}

  /** The key of an endpoint, made if there is none. */
  async ensure(endpoint: string): Promise<string> {
    const made = randomBytes(KEY_BYTES).toString('base64url');
    const secret = {
      name: secretName(endpoint),
      type: 'Opaque',
      annotations: { 'triggers.faktorz.io/admission-endpoint': endpoint },
      data: { [KEY]: Buffer.from(made).toString('base64') },
    };
    const answer = await this.requests.ask(
      EnsureSecret,
      { namespace: KEY_NAMESPACE, secret },
      { timeoutMs: ASK_TIMEOUT_MS },
    );
    return textOf(answer.secret.data[KEY]);
  }

  /** Is this the key of the endpoint? Never true while it has none. */
  async isGood(endpoint: string, given: string): Promise<boolean> {
    const key = this.cache.get(endpoint) ?? (await this.read(endpoint));
    return key !== '' && timingSafeEqual(hash(given), hash(key));
  }

  private async read(endpoint: string): Promise<string> {
    const ask = { namespace: KEY_NAMESPACE, name: secretName(endpoint) };
    const { secret } = await this.requests.ask(ReadSecret, ask, { timeoutMs: ASK_TIMEOUT_MS });
    const key = textOf(secret?.data[KEY]);
    this.cache.set(endpoint, key);
    return key;
  }
}

/** Where the key of an endpoint is kept. */
export function secretName(endpoint: string): string {
  return `faktorz-admission-${endpoint}`;
}

function textOf(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
