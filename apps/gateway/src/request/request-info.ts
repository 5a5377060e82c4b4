/** What a request asks for, read from its method and path alone, the way Kubernetes' API server reads it. */
export interface RequestInfo {
  /** False for paths that name no resource, such as `/version` or `/apis/apps/v1`. */
  isResource: boolean;
  path: string;
  verb: string;
  group: string;
  version: string;
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
}

const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Subresources of a namespace itself; everything else below `/namespaces/<name>/` is a resource inside it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** A path this API refuses to look at, because two readers could understand it differently. */
export class AmbiguousPath extends Error {
  constructor(readonly part: string) {
    super(
      `invalid path segment ${JSON.stringify(part)}: a name may not be "." or "..", nor contain "/", "%" or control characters`,
    );
    this.name = 'AmbiguousPath';
  }
}

/**
 * Reads method, path (still percent-encoded, without query) and query.
 * Throws `AmbiguousPath` where decoding a segment would change the shape of the path.
 */
export function readRequestInfo(method: string, rawPath: string, query: string): RequestInfo {
  const parts = segmentsOf(rawPath);
  const verb = VERB_OF_METHOD[method] ?? method.toLowerCase();
  const info: RequestInfo = {
    isResource: false,
    path: rawPath,
    verb,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
  };
  const afterPrefix = parts[0] === 'api' ? 1 : parts[0] === 'apis' ? 2 : 0;
  if (afterPrefix === 0 || parts.length < afterPrefix + 2) return info;

  info.group = parts[0] === 'apis' ? parts[1]! : '';
  info.version = parts[afterPrefix]!;
  let rest = parts.slice(afterPrefix + 1);
  const legacyWatch = rest[0] === 'watch' && rest.length > 1;
  if (legacyWatch) rest = rest.slice(1);
  if (rest[0] === 'namespaces' && rest.length > 1) {
    info.namespace = rest[1]!;
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) rest = rest.slice(2);
  }
  [info.resource, info.name, info.subresource] = [rest[0] ?? '', rest[1] ?? '', rest[2] ?? ''];
  info.isResource = true;
  // A project is decided on in its own namespace: who administers one has no right to projects in general.
  if (info.resource === 'projects' && info.group === 'project.openshift.io') info.namespace = info.name;
  if (legacyWatch) info.verb = 'watch';
  else if (info.name === '') info.verb = collectionVerb(info.verb, query);
  if (info.name === '' && query !== '') info.name = nameSelectedBy(query, info.verb);
  return info;
}

function collectionVerb(verb: string, query: string): string {
  if (verb === 'delete') return 'deletecollection';
  if (verb !== 'get') return verb;
  if (query === '') return 'list';
  const watch = new URLSearchParams(query).get('watch');
  return watch === 'true' || watch === '1' ? 'watch' : 'list';
}

/** `fieldSelector=metadata.name=x` narrows a list to one object, and its permission with it. */
function nameSelectedBy(query: string, verb: string): string {
  if (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection') return '';
  const selector = new URLSearchParams(query).get('fieldSelector') ?? '';
  for (const term of selector.split(',')) {
    const match = /^metadata\.name={1,2}([^=!]+)$/.exec(term);
    if (match) return match[1]!;
  }
  return '';
}

function segmentsOf(rawPath: string): string[] {
  const parts = rawPath.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  return parts.map(decodeSegment);
}

function decodeSegment(raw: string): string {
  let decoded = raw;
  if (raw.includes('%')) {
    try {
      decoded = decodeURIComponent(raw);
    } catch {
      throw new AmbiguousPath(raw);
    }
  }
  if (decoded === '' || decoded === '.' || decoded === '..' || /[/%\\\u0000-\u001f\u007f]/.test(decoded)) {
    throw new AmbiguousPath(decoded);
  }
  return decoded;
}
