import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  asRepository,
  clientDefaults,
  exactReference,
  InvalidImageReference,
  parseImageReference,
  type RegistryCheck,
  type TagReference,
} from '@faktorz/domain';
import type { RegistryPolicyFile } from '@faktorz/registry-client/policy';

/** Where a stream's images come from, as far as its spec names outside repositories. */
export interface OutsideSources {
  dockerImageRepository?: string;
  tags?: readonly TagReference[];
}

/** Says which outside registries tags and streams may name, as the operator's policy has it now. */
@Injectable()
export class AllowedRegistries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Registry policy');

  constructor(private readonly policy: RegistryPolicyFile) {}

  onApplicationBootstrap(): void {
    this.policy.watch({
      onChange: () => this.logger.log('the registry policy was read again'),
      onProblem: (problem) => this.logger.error(`the registry policy is kept as it was: ${problem.message}`),
    });
  }

  beforeApplicationShutdown(): void {
    this.policy.close();
  }

  /** The check for a change of a stream: repositories it named before stay allowed (contract: import, §8). */
  checkBeside(before: OutsideSources | undefined): RegistryCheck | undefined {
    const rules = this.policy.current;
    if (!rules.hasAllowList) return undefined;
    const known = new Set(before ? repositoriesOf(before) : []);
    return (reference, insecure) =>
      known.has(repositoryName(exactReference(asRepository(reference))))
        ? undefined
        : rules.refusal(reference, insecure);
  }
}

function repositoriesOf({ dockerImageRepository, tags }: OutsideSources): string[] {
  const sources = (tags ?? []).flatMap(({ from }) => (from?.kind === 'DockerImage' ? [from.name] : []));
  return [...(dockerImageRepository ? [dockerImageRepository] : []), ...sources].map(repositoryName);
}

/** One name for all ways to write a repository; what cannot be read stands for itself. */
function repositoryName(text: string): string {
  try {
    return exactReference(asRepository(clientDefaults(parseImageReference(text))));
  } catch (error) {
    if (error instanceof InvalidImageReference) return text;
    throw error;
  }
}
