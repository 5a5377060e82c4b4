import { isDigest } from './digest.js';
import { isDockerHub } from './docker-hub.js';
import type { DockerImageReference } from './image-reference.js';

/** `[registry/][namespace/]name` and then `@id` for a digest, `:id` for another id, else `:tag`: an id beats the tag. `''` without a name. */
export function exactReference(reference: DockerImageReference): string {
  const { registry, namespace, name } = reference;
  if (name === '') return '';
  return `${registry && `${registry}/`}${namespace && `${namespace}/`}${name}${suffix(reference)}`;
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

function suffix({ tag, id }: DockerImageReference): string {
  if (id) return isDigest(id) ? `@${id}` : `:${id}`;
  return tag && `:${tag}`;
}
