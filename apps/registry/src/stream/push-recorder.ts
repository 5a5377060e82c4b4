import { setTimeout as sleep } from 'node:timers/promises';
import { AccessDecisions } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import type { Image, PushedImage } from '@faktorz/domain';
import { type ServiceClient, ServiceHttp, ServiceIdentity } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { rightToCreateStream } from '../access/access-rules.js';
import type { Caller } from '../access/registry-access.js';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import { OciError } from '../oci/oci-error.js';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';
import { pushRefusal } from './push-refusal.js';

/** Recording a push again changes nothing, so a tag-tracker that is just starting is waited for. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 250;

/** Has tag-tracker record pushes: the image, and the tags that now point at it. */
@Injectable()
export class PushRecorder {
  private readonly tagTracker: ServiceClient;

  constructor(
    http: ServiceHttp,
    private readonly identity: ServiceIdentity,
    private readonly decisions: AccessDecisions,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.tagTracker = http.service('tag-tracker', config.FAKTORZ_TAG_TRACKER_URL);
  }

  /** Resolves when it has committed. The stream is made, if it is missing and the caller may. Throws `OciError`. */
  async record(repository: RepositoryName, tags: readonly string[], image: Image, caller: Caller): Promise<void> {
    const push: PushedImage = { ...repository, tags: [...tags], mayCreateStream: false, image };
    try {
      await this.post(push, caller);
    } catch (error) {
      if (!isStreamMissing(error)) throw pushRefusal(error, repository);
      await this.checkMayCreate(repository, caller);
      await this.post({ ...push, mayCreateStream: true }, caller).catch((later: unknown) => {
        throw pushRefusal(later, repository);
      });
    }
  }

  private async checkMayCreate(repository: RepositoryName, { identity }: Caller): Promise<void> {
    const { allowed } = await this.decisions.decide(identity, rightToCreateStream(repository)).catch((error) => {
      throw pushRefusal(error, repository);
    });
    if (allowed) return;
    const detail = `there is no image stream ${nameOf(repository)}, and you may not create one`;
    throw new OciError('DENIED', 'requested access to the resource is denied', { detail });
  }

  private async post(push: PushedImage, { identity }: Caller): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const signedIdentity = await this.identity.sign(identity, 'tag-tracker');
        await this.tagTracker.postJson('/internal/pushes', push, { signedIdentity });
        return;
      } catch (error) {
        if (!isAway(error) || Date.now() > deadline) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

function isStreamMissing(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'NotFound' && error.details?.kind === 'imagestreams';
}

function isAway(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'ServiceUnavailable';
}
