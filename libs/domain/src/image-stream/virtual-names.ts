import { DomainError } from '../domain-error.js';

/** The name is not of the form that a resource projected from a stream needs. */
export class InvalidVirtualName extends DomainError {
  readonly reason = 'BadRequest';

  constructor(
    readonly text: string,
    problem: string,
  ) {
    super(problem);
  }
}

/** Name of an ImageStreamTag or ImageTag taken apart. */
export interface ImageStreamTagName {
  stream: string;
  tag: string;
}

/** Name of an ImageStreamImage taken apart; `id` may be short. */
export interface ImageStreamImageName {
  stream: string;
  id: string;
}

/** Takes `<stream>:<tag>` apart. `kinds` is the plural that the message names. Throws `InvalidVirtualName`. */
export function parseImageStreamTagName(text: string, kinds = 'ImageStreamTags'): ImageStreamTagName {
  const [stream, tag, ...rest] = text.split(':');
  if (!stream || !tag || rest.length > 0 || text.includes('@')) {
    throw new InvalidVirtualName(text, `${kinds} must be retrieved with <name>:<tag>`);
  }
  return { stream, tag };
}

/** Takes `<stream>@<id>` apart. Throws `InvalidVirtualName`. */
export function parseImageStreamImageName(text: string): ImageStreamImageName {
  const [stream, id, ...rest] = text.split('@');
  if (!stream || !id || rest.length > 0) {
    throw new InvalidVirtualName(text, 'ImageStreamImages must be retrieved with <name>@<id>');
  }
  return { stream, id };
}
