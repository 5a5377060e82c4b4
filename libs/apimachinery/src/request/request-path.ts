/** What a path of the resource API names. Kubernetes calls it request info. */
export interface ResourcePath {
  /** `''` for the core group. */
  group: string;
  version: string;
  namespace?: string;
  resource: string;
  name?: string;
  subresource?: string;
  /** True for the old `/watch/` paths. */
  isWatch: boolean;
  /** True if something follows the subresource: no such path is served. */
  isTooDeep: boolean;
}

/** Subresources that belong to the namespace itself, not to a resource in it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** The decoded parts of a URL's path; undefined if its percent-encoding is broken. */
export function pathParts(url: string): string[] | undefined {
  const path = url.split('?', 1)[0]!;
  try {
    return decodeURIComponent(path)
      .split('/')
      .filter((part) => part !== '');
  } catch {
    return undefined;
  }
}

/**
 * Reads the parts of `/api/v1/…` or `/apis/<group>/<version>/…`; undefined where no resource is named
 * (discovery paths). `namespaces/<name>` and its subresources are the resource `namespaces` of the core group.
 */
export function parseResourcePath(parts: readonly string[]): ResourcePath | undefined {
  const isCore = parts[0] === 'api';
  const [group, version] = isCore ? ['', parts[1]] : [parts[1], parts[2]];
  let rest = parts.slice(isCore ? 2 : 3);
  const isWatch = rest[0] === 'watch' && rest.length > 1;
  if (isWatch) rest = rest.slice(1);
  if (group === undefined || version === undefined || rest.length === 0) return undefined;

  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1];
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) rest = rest.slice(2);
    else namespace = undefined;
  }
  const [resource, name, subresource] = rest;
  return { group, version, namespace, resource: resource!, name, subresource, isWatch, isTooDeep: rest.length > 3 };
}
