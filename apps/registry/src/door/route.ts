import { parseRepositoryName, type RepositoryName } from '../oci/repository-name.js';

/** What a path under `/v2/` names. */
export type Route =
  | { kind: 'base' | 'catalog' }
  | { kind: 'tags'; repository: RepositoryName }
  | { kind: 'manifest' | 'blob' | 'upload' | 'referrers'; repository: RepositoryName; reference: string }
  /** It would be one of these, if its repository were named rightly. */
  | { kind: 'invalid-name'; name: string };

const PREFIX = '/v2/';

/** Reads a path. Undefined when nothing can be there. A name or reference is checked for its form before anything sees it. */
export function routeOf(path: string): Route | undefined {
  if (path === PREFIX || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const segments = decode(path.slice(PREFIX.length).split('/'));
  if (!segments) return { kind: 'invalid-name', name: path.slice(PREFIX.length) };
  const end = splitEnd(segments);
  if (!end) return undefined;
  const { kind, nameLength, reference } = end;
  const name = segments.slice(0, nameLength).join('/');
  const repository = parseRepositoryName(name);
  if (!repository) return { kind: 'invalid-name', name };
  return kind === 'tags' ? { kind, repository } : { kind, repository, reference };
}

type End = { kind: 'tags' | 'manifest' | 'blob' | 'upload' | 'referrers'; nameLength: number; reference: string };

/** Where the name ends: it is read from the right, since a component of a name may be called `blobs`. */
function splitEnd(segments: readonly string[]): End | undefined {
  const length = segments.length;
  const [third = '', second = '', reference = ''] = segments.slice(-3);
  if (length >= 3 && third === 'blobs' && second === 'uploads')
    return { kind: 'upload', nameLength: length - 3, reference };
  if (length >= 2 && second === 'blobs' && reference === 'uploads')
    return { kind: 'upload', nameLength: length - 2, reference: '' };
  if (length < 2 || reference === '') return undefined;
  const nameLength = length - 2;
  switch (second) {
    case 'tags':
      return reference === 'list' ? { kind: 'tags', nameLength, reference } : undefined;
    case 'manifests':
      return { kind: 'manifest', nameLength, reference };
    case 'blobs':
      return { kind: 'blob', nameLength, reference };
    case 'referrers':
      return { kind: 'referrers', nameLength, reference };
    default:
      return undefined;
  }
}

/** An encoded slash stays within its segment, where no rule allows it. */
function decode(segments: readonly string[]): string[] | undefined {
  try {
    const decoded = segments.map((segment) => (segment.includes('%') ? decodeURIComponent(segment) : segment));
    return decoded.some((segment) => segment.includes('/')) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
