import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EnsureSecret, ReadSecret, type SecretContent } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { ExpiringCache } from '@faktorz/service-kit';
import { PREVIOUS_KEY, SIGNING_KEY } from '../webhook/webhook.js';
import { signingKey, signingSecret } from './webhook-signature.js';

/** How long a changed Secret may go unnoticed. */
const KEPT_MS = 2_000;
const MOST_KEPT = 10_000;
const SECRET_BYTES = 32;
const ASK_TIMEOUT_MS = 3_000;

/** Whose key is wanted. */
export interface KeyOwner {
  namespace: string;
  /** The webhook's name, for a note on a Secret that is made. */
  webhook: string;
  secretName: string;
}

/** The keys that sign a webhook's messages, out of its Secret. */
@Injectable()
export class SigningKeys {
  private readonly cache = new ExpiringCache<Buffer[]>(KEPT_MS, MOST_KEPT);
  private readonly asking = new Map<string, Promise<Buffer[]>>();

  constructor(private readonly requests: Requests) {}

  /** Makes the Secret that the webhook names, with a new random key, unless there is one. */
  async ensure({ namespace, webhook, secretName }: KeyOwner, timeoutMs = ASK_TIMEOUT_MS): Promise<SecretContent> {
    const made: SecretContent = {
      name: secretName,
      type: 'Opaque',
      annotations: { 'events.faktorz.io/webhook': webhook },
      data: { [SIGNING_KEY]: Buffer.from(signingSecret(randomBytes(SECRET_BYTES))).toString('base64') },
    };
    const { secret } = await this.requests.ask(EnsureSecret, { namespace, secret: made }, { timeoutMs });
    return secret;
  }

  /**
   * The current key, then the previous one while there is one. Throws `BadSigningSecret` where the Secret's content is
   * unusable, and the `ApiError` of auth where it could not be read.
   */
  of(owner: KeyOwner): Promise<Buffer[]> {
    const name = `${owner.namespace}/${owner.secretName}`;
    const known = this.cache.get(name);
    if (known) return Promise.resolve(known);
    const asked = this.asking.get(name);
    if (asked) return asked;
    const reading = this.read(owner)
      .then((keys) => {
        this.cache.set(name, keys);
        return keys;
      })
      .finally(() => this.asking.delete(name));
    this.asking.set(name, reading);
    return reading;
  }

  private async read(owner: KeyOwner): Promise<Buffer[]> {
    const { namespace, secretName: name } = owner;
    const { secret } = await this.requests.ask(ReadSecret, { namespace, name }, { timeoutMs: ASK_TIMEOUT_MS });
    const { data } = secret ?? (await this.ensure(owner));
    const names = data[PREVIOUS_KEY] ? [SIGNING_KEY, PREVIOUS_KEY] : [SIGNING_KEY];
    return names.map((key) => signingKey(Buffer.from(data[key] ?? '', 'base64').toString('utf8'), key));
  }
}
