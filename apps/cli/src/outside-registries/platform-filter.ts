import type { ListedManifest } from '@faktorz/domain';
import { CommandError } from '../errors.js';

/** Which children of a manifest list are meant. */
export type PlatformFilter = (manifest: ListedManifest) => boolean;

/** Reads `--filter-by-os`: a regular expression over `os/architecture[/variant]`; undefined when none was given. */
export function platformFilter(expression: string): PlatformFilter | undefined {
  if (expression === '') return undefined;
  try {
    const pattern = new RegExp(`^(?:${expression})$`);
    return (manifest) => pattern.test(platformText(manifest)) || pattern.test(osAndArchitecture(manifest));
  } catch (error) {
    throw new CommandError(`--filter-by-os was not a valid regular expression: ${(error as Error).message}`);
  }
}

/** `linux/arm64/v8` */
export function platformText(manifest: ListedManifest): string {
  const variant = manifest.platform?.variant;
  return variant ? `${osAndArchitecture(manifest)}/${variant}` : osAndArchitecture(manifest);
}

function osAndArchitecture({ platform }: ListedManifest): string {
  return `${platform?.os || '<unknown>'}/${platform?.architecture || '<unknown>'}`;
}
