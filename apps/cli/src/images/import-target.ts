import { type DockerImageReference, parseImageReference } from '@faktorz/domain';
import { CommandError } from '../errors.js';

/** Which stream and tag are meant. */
export interface ImportTarget {
  name: string;
  tag: string;
}

/** Reads STREAM[:TAG]; the tag is `latest` unless all tags are meant. */
export function readImportTarget(target: string, all: boolean): ImportTarget {
  if (target === '') throw new CommandError('you must specify the name of an image stream');
  const reference = parseTarget(target);
  if (reference.id !== '') throw new CommandError("to import images by ID, use the 'tag' command");
  if (reference.tag !== '' && all) throw new CommandError(`cannot specify a tag "${target}" as well as --all`);
  return { name: reference.name, tag: reference.tag || (all ? '' : 'latest') };
}

function parseTarget(target: string): DockerImageReference {
  try {
    return parseImageReference(target);
  } catch (error) {
    throw new CommandError(
      'the image name must be a valid container image pull spec or reference to an image stream (e.g. myregistry/myteam/image:tag)',
      1,
      { cause: error },
    );
  }
}
