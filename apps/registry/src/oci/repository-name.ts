import { OciError } from './oci-error.js';

/** A repository: an image stream of a namespace. Both parts obey the rules of names before anything else sees them. */
export interface RepositoryName {
  readonly namespace: string;
  readonly stream: string;
}

/** One component of a name (OCI distribution 1.1, "Pulling manifests"). */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
/** Some clients and file systems end at this length, the specification says. */
const LONGEST_NAME = 255;
/** A namespace is a DNS label. */
const LONGEST_NAMESPACE = 63;

/** `namespace/stream`, as clients and error details spell it. */
export function nameOf({ namespace, stream }: RepositoryName): string {
  return `${namespace}/${stream}`;
}

/** Is this the name of a repository, its components already taken apart? */
export function isRepositoryName(namespace: string, stream: string): boolean {
  return (
    namespace.length <= LONGEST_NAMESPACE &&
    namespace.length + 1 + stream.length <= LONGEST_NAME &&
    COMPONENT.test(namespace) &&
    COMPONENT.test(stream)
  );
}

/** Reads `namespace/stream`; undefined when it is no such name. */
export function parseRepositoryName(text: string): RepositoryName | undefined {
  const [namespace = '', stream = '', ...more] = text.split('/');
  return more.length === 0 && isRepositoryName(namespace, stream) ? { namespace, stream } : undefined;
}

/** What a request for such a repository gets. */
export function invalidName(name: string): OciError {
  return new OciError('NAME_INVALID', 'invalid repository name: it is namespace/stream, in lower case', {
    detail: { name: name.slice(0, LONGEST_NAME + 1) },
  });
}
