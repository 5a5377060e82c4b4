import { isDigest } from './digest.js';
import { isDockerHub } from './docker-hub.js';
import type { DockerImageReference } from './image-reference.js';

/** `[registry/][namespace/]name` and then `@id` for a digest, `:id` for another id, else `:tag`: an id beats the tag. `''` without a name. */
export function exactReference(reference: DockerImageReference): string {
  const { registry, namespace, name } = reference;
  if (name === '') return '';
  return `${registry && `${registry}/`}${namespace && `${namespace}/`}${name}${suffix(reference)}`;
}

/** As `exactReference`, with `library/` where docker hub was named and no namespace. */
export function referenceString(reference: DockerImageReference): string {
  const isOfficial = reference.namespace === '' && isDockerHub(reference.registry);
  return exactReference(isOfficial ? { ...reference, namespace: 'library' } : reference);
}

/** What a client asks for: `docker.io` and `library` filled in, and the tag `latest`, which is set even beside an id. */
export function clientDefaults(reference: DockerImageReference): DockerImageReference {
  const registry = reference.registry || 'docker.io';
  return {
    ...reference,
    registry,
    namespace: reference.namespace || (isDockerHub(registry) ? 'library' : ''),
    tag: reference.tag || 'latest',
  };
}

/** Leaves the part that says most: a digest drops the tag, another id becomes the tag. */
export function mostSpecific(reference: DockerImageReference): DockerImageReference {
  if (reference.id === '') return reference;
  return isDigest(reference.id) ? { ...reference, tag: '' } : { ...reference, tag: reference.id, id: '' };
}

/** The repository alone, without tag and id. */
export function asRepository(reference: DockerImageReference): DockerImageReference {
  return { ...reference, tag: '', id: '' };
}

/** The image of this digest in the same repository. */
export function withDigest(reference: DockerImageReference, digest: string): DockerImageReference {
  return { ...reference, tag: '', id: digest };
}

/** The repository's path on its registry, `namespace/name`. */
export function repositoryPath(reference: DockerImageReference): string {
  return reference.namespace ? `${reference.namespace}/${reference.name}` : reference.name;
}

/** Do both name the same image to a client? */
export function sameReference(a: DockerImageReference, b: DockerImageReference): boolean {
  const left = clientDefaults(a);
  const right = clientDefaults(b);
  return (
    left.registry === right.registry &&
    left.namespace === right.namespace &&
    left.name === right.name &&
    left.tag === right.tag &&
    left.id === right.id
  );
}

function suffix({ tag, id }: DockerImageReference): string {
  if (id) return isDigest(id) ? `@${id}` : `:${id}`;
  return tag && `:${tag}`;
}
