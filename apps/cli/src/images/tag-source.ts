import { type DockerImageReference, InvalidImageReference, parseImageReference } from '@faktorz/domain';
import { CommandError, UsageError } from '../errors.js';

export type SourceKind = 'DockerImage' | 'ImageStreamTag' | 'ImageStreamImage';

const KINDS: Record<string, SourceKind> = {
  docker: 'DockerImage',
  dockerimage: 'DockerImage',
  imagestreamimage: 'ImageStreamImage',
  imagestreamtag: 'ImageStreamTag',
  isimage: 'ImageStreamImage',
  istag: 'ImageStreamTag',
};

/** What the SOURCE of `tag` names, and as what. */
export interface TagSource {
  kind: SourceKind;
  reference: DockerImageReference;
}

/**
 * Reads SOURCE. Without `--source` a registry host means a container image, an id an image of a stream, a tag a tag of
 * a stream, and a bare name a container image again.
 */
export function readTagSource(source: string, kindWord: string): TagSource {
  const kind = kindWord === '' ? undefined : (KINDS[kindWord.toLowerCase()] ?? refuseKind(kindWord));
  const reference = parseSource(source);
  if (kind === undefined) return { kind: inferKind(reference), reference };
  if (kind === 'DockerImage') return { kind, reference };
  if (reference.registry !== '') {
    throw new CommandError('server in SOURCE is only allowed when providing a container image');
  }
  if (kind === 'ImageStreamTag' && reference.tag === '') {
    throw new CommandError('--source=ImageStreamTag requires a valid <name>:<tag> in SOURCE');
  }
  if (kind === 'ImageStreamImage' && reference.id === '') {
    throw new CommandError('--source=ImageStreamImage requires a valid <name>@<id> in SOURCE');
  }
  return { kind, reference };
}

function refuseKind(word: string): never {
  throw new UsageError(`invalid source "${word}"; valid values are ${Object.keys(KINDS).join(', ')}`);
}

function parseSource(source: string): DockerImageReference {
  try {
    return parseImageReference(source);
  } catch (error) {
    if (error instanceof InvalidImageReference)
      throw new CommandError(`invalid SOURCE: ${error.message}`, 1, { cause: error });
    throw error;
  }
}

function inferKind(reference: DockerImageReference): SourceKind {
  if (reference.registry !== '') return 'DockerImage';
  if (reference.id !== '') return 'ImageStreamImage';
  return reference.tag !== '' ? 'ImageStreamTag' : 'DockerImage';
}

/** `name:tag` or `name@id` without registry and namespace. */
export function nameString({ name, tag, id }: DockerImageReference): string {
  if (id !== '') return `${name}${id.includes(':') ? '@' : ':'}${id}`;
  return tag === '' ? name : `${name}:${tag}`;
}
