import {
  allowListRefusal,
  clientDefaults,
  importRefusal,
  isBlocked,
  isInsecureRegistry,
  pullSources,
  repositoryPath,
  type AllowList,
  type DockerImageReference,
  type RegistryPolicy,
} from '@faktorz/domain';
import { RegistryBlocked } from '../errors.js';
import type { TrustByHost } from './host-trust.js';
import type { PolicyDocument } from './policy-document.js';

/** One place to ask for an image. */
export interface PullSource {
  /** Host with optional port: the argument of `Registries.client`. */
  registry: string;
  /** Full path of the repository there. */
  repository: string;
  /** May its certificate go unverified, and plain HTTP be used? */
  insecure: boolean;
  /** True for the source itself, false for a mirror. */
  isOriginal: boolean;
}

/** An operator's rules for outside registries, as they were at one moment; pure. */
export class RegistryRules {
  private readonly policy: RegistryPolicy;
  private readonly allowList: AllowList;

  /** `internalRegistry` is always allowed. */
  constructor(
    document: Omit<PolicyDocument, 'trust'>,
    readonly trust: TrustByHost = new Map(),
    internalRegistry?: string,
  ) {
    const { allowedRegistriesForImport, registrySources, imageDigestMirrors, imageTagMirrors } = document;
    this.policy = {
      ...registrySources,
      digestMirrors: imageDigestMirrors.map(mirrorRule),
      tagMirrors: imageTagMirrors.map(mirrorRule),
    };
    this.allowList = { entries: allowedRegistriesForImport, internalRegistry };
  }

  /** Is there a list of registries that may be imported from? Without one, all may. */
  get hasAllowList(): boolean {
    return this.allowList.entries.length > 0;
  }

  /** Why images may not come from here; undefined when they may. `insecure`: the tag or stream is marked so. */
  refusal(reference: DockerImageReference, insecure: boolean): string | undefined {
    return allowListRefusal(reference, this.isInsecure(reference, insecure), this.allowList);
  }

  /** The same in the words of an ImageStreamImport. */
  importRefusal(reference: DockerImageReference, insecure: boolean): string | undefined {
    return importRefusal(reference, this.isInsecure(reference, insecure), this.allowList);
  }

  /** Is the registry asked without verification: because the tag or stream is marked so, or by the operator? */
  isInsecure(reference: DockerImageReference, isMarked: boolean): boolean {
    return isMarked || isInsecureRegistry(reference, this.policy);
  }

  /**
   * Where to ask for an image, in order: its mirrors, then (unless forbidden) the source. A mark on the tag or stream
   * makes the source insecure, never a mirror: that is the operator's, who says so himself. Throws `RegistryBlocked`.
   */
  pullSources(reference: DockerImageReference, insecure: boolean): PullSource[] {
    if (isBlocked(reference, this.policy)) throw new RegistryBlocked(reference.registry || 'docker.io');
    return pullSources(reference, this.policy).map((source) => {
      const isOriginal = source === reference;
      const { registry, ...path } = clientDefaults(source);
      return {
        registry,
        repository: repositoryPath({ registry, ...path }),
        insecure: this.isInsecure(source, isOriginal && insecure),
        isOriginal,
      };
    });
  }
}

function mirrorRule({ source, mirrors, mirrorSourcePolicy }: PolicyDocument['imageTagMirrors'][number]) {
  return { source, mirrors, neverContactSource: mirrorSourcePolicy === 'NeverContactSource' };
}
