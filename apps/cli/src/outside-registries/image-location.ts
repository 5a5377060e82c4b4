import {
  clientDefaults,
  type DockerImageReference,
  exactReference,
  InvalidImageReference,
  parseImageReference,
  repositoryPath,
} from '@faktorz/domain';
import { CommandError } from '../errors.js';

/** An image in a registry, as typed. */
export interface ImageLocation {
  registry: string;
  /** Path in the registry. */
  repository: string;
  /** '' when none was typed. */
  tag: string;
  /** '' when none was typed. */
  digest: string;
  /** With what a client fills in. */
  text: string;
}

/** Reads `[registry/]path[:tag][@digest]`, optionally with `docker://` before it. */
export function parseImageLocation(typed: string): ImageLocation {
  const text = typed.replace(/^docker:\/\//, '');
  if (/^[a-z0-9]+:\/\//.test(text)) {
    throw new CommandError(
      `"${typed}" is not supported: only images in registries are, written docker://… or without a scheme`,
    );
  }
  try {
    const reference = parseImageReference(text);
    const filled = clientDefaults(reference);
    const shown: DockerImageReference = { ...filled, tag: reference.tag };
    return {
      registry: filled.registry,
      repository: repositoryPath(filled),
      tag: reference.tag,
      digest: reference.id,
      text: exactReference(shown),
    };
  } catch (error) {
    if (!(error instanceof InvalidImageReference)) throw error;
    throw new CommandError(`"${typed}" is not a valid image reference: ${error.message}`, 1, { cause: error });
  }
}
