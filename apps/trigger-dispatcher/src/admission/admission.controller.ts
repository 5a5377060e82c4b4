import { ApiError, unauthorized } from '@faktorz/apimachinery';
import { ResolveImages, ReviewImages } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { insideImage, reachableImage, type RegistryHosts } from '../cluster/registry-hosts.js';
import { REGISTRY_HOSTS } from '../trigger-dispatcher.tokens.js';
import { AdmissionEndpoints } from './admission-endpoints.js';
import { AdmissionKeys } from './admission-keys.js';
import { admitted, readAdmissionReview, refused } from './admission-review.js';
import { type ImageQuestions, reviewImages } from './review-images.js';

/** An API server waits 10 s by default, our registration has it wait 5 s. */
const ANSWER_WITHIN_MS = 4_000;

/**
 * The mutating admission webhook of real clusters. It stores nothing, so dry runs need no care. Where tag-tracker does not
 * answer, neither does it: what happens then, the failure policy of the registration says.
 */
@Controller('admission/images')
export class AdmissionController {
  constructor(
    private readonly keys: AdmissionKeys,
    private readonly endpoints: AdmissionEndpoints,
    private readonly requests: Requests,
    @Inject(REGISTRY_HOSTS) private readonly hosts: RegistryHosts,
  ) {}

  @Post(':endpoint/:key')
  @HttpCode(200)
  async review(@Param('endpoint') endpoint: string, @Param('key') key: string, @Body() body: unknown): Promise<object> {
    if (!(await this.keys.isGood(endpoint, key))) throw unauthorized();
    const registryHost = await this.endpoints.registryHost(endpoint);
    const request = readAdmissionReview(body);
    try {
      return admitted(request.uid, await reviewImages(request, this.questions(request.namespace, registryHost)));
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'Invalid') return refused(request.uid, error);
      throw error;
    }
  }

  /** Asked of tag-tracker; what comes of it is how the cluster reaches our registry. */
  private questions(namespace: string, registryHost: string | undefined): ImageQuestions {
    const reachable = (image: string): string => reachableImage(image, this.hosts, registryHost);
    return {
      find: async (images) => {
        const answer = await this.requests.ask(ResolveImages, { namespace, images }, { timeoutMs: ANSWER_WITHIN_MS });
        return answer.images.map(({ image, repository, ...found }) => ({
          ...found,
          repository: repository === '' ? '' : reachable(repository),
          ...(image !== undefined && { image: reachable(image) }),
        }));
      },
      prohibited: async (images, resolvesAllNames) => {
        // Whatever name the cluster has for our registry: an image that may not be run is the same one by each of them.
        const ours = images.map((image) => ({ ...image, name: insideImage(image.name, this.hosts, registryHost) }));
        const ask = { namespace, images: ours, resolvesAllNames };
        const answer = await this.requests.ask(ReviewImages, ask, { timeoutMs: ANSWER_WITHIN_MS });
        return answer.prohibited;
      },
    };
  }
}
