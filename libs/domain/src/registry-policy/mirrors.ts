import { exactReference } from '../reference/derive-reference.js';
import type { DockerImageReference } from '../reference/image-reference.js';
import { InvalidImageReference, parseImageReference } from '../reference/parse-image-reference.js';

/** Where else images of a source can be had. */
export interface MirrorRule {
  /** `registry`, `registry/namespace` or a whole repository: images below it are mirrored. */
  source: string;
  /** In the order in which they are tried; each stands in the place of `source`. */
  mirrors: readonly string[];
  /** The source itself is not asked after the mirrors. */
  neverContactSource?: boolean;
}

export interface RegistryPolicy {
  /** For pulls by digest (ImageDigestMirrorSet, ImageContentSourcePolicy). */
  digestMirrors?: readonly MirrorRule[];
  /** For pulls by tag (ImageTagMirrorSet). */
  tagMirrors?: readonly MirrorRule[];
  /** Hosts, exact with port. */
  blockedRegistries?: readonly string[];
  /** Hosts, exact with port, that are asked without verified TLS. */
  insecureRegistries?: readonly string[];
}

/** Where to look for an image, in order (contract: import, §8). The rule with the longest source counts; an image's reference keeps the original source. */
export function pullSources(reference: DockerImageReference, policy: RegistryPolicy): DockerImageReference[] {
  const rule = mirrorRule(reference, policy);
  if (!rule) return [reference];
  const path = repositoryText(reference);
  const mirrored = rule.mirrors.flatMap((mirror) => inPlace(`${mirror}${path.slice(rule.source.length)}`, reference));
  return rule.neverContactSource ? mirrored : [...mirrored, reference];
}

/** May this registry not be asked? Mirrors lift the ban. */
export function isBlocked(reference: DockerImageReference, policy: RegistryPolicy): boolean {
  const host = reference.registry || 'docker.io';
  return (policy.blockedRegistries ?? []).includes(host) && (mirrorRule(reference, policy)?.mirrors.length ?? 0) === 0;
}

/** Does the configuration allow this registry to be asked without verified TLS? */
export function isInsecureRegistry(reference: DockerImageReference, policy: RegistryPolicy): boolean {
  return (policy.insecureRegistries ?? []).includes(reference.registry || 'docker.io');
}

function mirrorRule(reference: DockerImageReference, policy: RegistryPolicy): MirrorRule | undefined {
  const path = repositoryText(reference);
  const rules = (reference.id ? policy.digestMirrors : policy.tagMirrors) ?? [];
  const matching = rules.filter(({ source }) => path === source || path.startsWith(`${source}/`));
  return matching.sort((a, b) => b.source.length - a.source.length)[0];
}

function repositoryText(reference: DockerImageReference): string {
  const registry = reference.registry || 'docker.io';
  const namespace = reference.namespace || (registry === 'docker.io' ? 'library' : '');
  return exactReference({ ...reference, registry, namespace, tag: '', id: '' });
}

/** A mirror that is no repository name is left out. */
function inPlace(repository: string, { tag, id }: DockerImageReference): DockerImageReference[] {
  try {
    return [{ ...parseImageReference(repository), tag, id }];
  } catch (error) {
    if (error instanceof InvalidImageReference) return [];
    throw error;
  }
}
