import { isTagName } from '@faktorz/domain';
import { CommandError } from '../errors.js';

/** A destination `[namespace/]stream:tag`, not yet checked for a tag. */
export interface Destination {
  namespace: string;
  nameAndTag: string;
}

export function readDestination(argument: string, currentNamespace: string): Destination {
  const parts = argument.split('/');
  if (parts.length === 1) return { namespace: currentNamespace, nameAndTag: argument };
  const [namespace = '', name = '', ...more] = parts;
  if (more.length > 0) throw new CommandError(`invalid image stream "${argument}"`);
  if (namespace === '') throw new CommandError(`invalid namespace "${namespace}" for image stream "${argument}"`);
  if (name === '') throw new CommandError(`invalid name "${name}" for image stream "${argument}"`);
  return { namespace, nameAndTag: name };
}

/** The stream and tag of a destination; a missing tag is an error, an empty one means `latest`. */
export function splitDestination({ nameAndTag }: Destination): { stream: string; tag: string } {
  const colon = nameAndTag.indexOf(':');
  if (colon < 0) throw new CommandError(`"${nameAndTag}" must be of the form <stream_name>:<tag>`);
  return { stream: nameAndTag.slice(0, colon), tag: nameAndTag.slice(colon + 1) || 'latest' };
}

/** Tags that no registry would take are refused before anything is sent. */
export function requireTagName(tag: string): void {
  if (isTagName(tag)) return;
  throw new CommandError(
    `invalid tag "${tag}" format, tags must start with an alphanumeric character or underscore and may go on with up to 127 alphanumeric characters, underscores, dashes and dots`,
  );
}
