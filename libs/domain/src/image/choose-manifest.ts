import { InvalidManifest, type ListedManifest } from './manifest.js';

/** Annotations of a spec tag that choose a child of a manifest list. */
export const PREFER_ARCH_ANNOTATION = 'importer.image.openshift.io/prefer-arch';
export const PREFER_OS_ANNOTATION = 'importer.image.openshift.io/prefer-os';

/** What to take from a manifest list, in the words of OCI platforms. */
export interface PlatformPreference {
  architecture?: string;
  os?: string;
}

/** What a spec tag's annotations ask for. */
export function platformPreference(
  annotations: Readonly<Record<string, string>> | null | undefined,
): PlatformPreference {
  return {
    ...(annotations?.[PREFER_ARCH_ANNOTATION] && { architecture: annotations[PREFER_ARCH_ANNOTATION] }),
    ...(annotations?.[PREFER_OS_ANNOTATION] && { os: annotations[PREFER_OS_ANNOTATION] }),
  };
}

/**
 * The child of a list that stands for it in a Legacy import: of the preferred platform (parts not preferred are the
 * server's), else linux/amd64, else the first. Throws `InvalidManifest` for an empty list.
 */
export function chooseManifest(
  manifests: readonly ListedManifest[],
  preferred: PlatformPreference,
  server: Required<PlatformPreference>,
): ListedManifest {
  const of = (architecture: string, os: string): ListedManifest | undefined =>
    manifests.find(({ platform }) => platform?.architecture === architecture && platform.os === os);
  const chosen =
    of(preferred.architecture ?? server.architecture, preferred.os ?? server.os) ??
    of('amd64', 'linux') ??
    manifests[0];
  if (!chosen) throw new InvalidManifest('no manifests in manifest list');
  return chosen;
}
