import { ApiError, invalid } from '@faktorz/apimachinery';
import {
  EnsureSecret,
  ListPullSecrets,
  ReadSecret,
  type AnswerOf,
  type AskOf,
  type SecretContent,
} from '@faktorz/domain';
import { Answers, type AskContext } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata } from '../storage/new-object.js';
import { isPullSecret } from './pull-secrets.js';
import { validateSecret, type Secret } from './secret.js';

/** What fits into one reply beside its packet. */
const LARGEST_ANSWER_BYTES = 250 * 1024;

/** Secrets for the services that act on them. nats-server lets only those ask that need to. */
@Injectable()
export class SecretRequests {
  constructor(private readonly storages: AuthStorages) {}

  @Answers(ReadSecret)
  async read({ namespace, name }: AskOf<typeof ReadSecret>): Promise<AnswerOf<typeof ReadSecret>> {
    const secret = await this.storages.secrets.get({ namespace, name });
    return secret ? { secret: sendable(contentOf(secret)) } : {};
  }

  @Answers(ListPullSecrets)
  async listPull({ namespace }: AskOf<typeof ListPullSecrets>): Promise<AnswerOf<typeof ListPullSecrets>> {
    const names: string[] = [];
    const versions: string[] = [];
    const { items } = await this.storages.secrets.list({ namespace });
    for await (const secret of items) {
      if (!isPullSecret(secret)) continue;
      names.push(secret.metadata.name);
      versions.push(secret.metadata.resourceVersion ?? '');
    }
    return { names, versions };
  }

  @Answers(EnsureSecret)
  async ensure(
    { namespace, secret }: AskOf<typeof EnsureSecret>,
    { asker }: AskContext,
  ): Promise<AnswerOf<typeof EnsureSecret>> {
    const known = await this.storages.secrets.get({ namespace, name: secret.name });
    if (known) return { secret: sendable(contentOf(known)) };
    const { name, type, annotations, data } = secret;
    const made: Secret = {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: newMetadata({ name, namespace, annotations }),
      type,
      data,
    };
    const errors = validateSecret(made, undefined);
    if (errors.length > 0) throw invalid('Secret', '', name, errors);
    try {
      return {
        secret: contentOf(
          await this.storages.secrets.create(made, { user: `system:faktorz:${asker}`, requestId: asker }),
        ),
      };
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists')
        return this.ensure({ namespace, secret }, { asker });
      throw error;
    }
  }
}

function contentOf({ metadata: { name, annotations = {} }, type = '', data = {} }: Secret): SecretContent {
  return { name, type, annotations, data };
}

/** Throws RequestEntityTooLarge for a Secret that is larger than a message may be. */
function sendable(content: SecretContent): SecretContent {
  if (JSON.stringify(content).length <= LARGEST_ANSWER_BYTES) return content;
  throw new ApiError('RequestEntityTooLarge', `secret ${content.name} is too large to be handed to another service`);
}
