import type { Action } from './resource-paths.js';

/** A query or path parameter of an operation. */
export interface ParameterFacts {
  name: string;
  type: 'string' | 'boolean' | 'integer';
  description: string;
}

const parameter = (name: string, type: ParameterFacts['type'], description: string): ParameterFacts => ({
  name,
  type,
  description,
});

/** Parameters every path has. */
export const pretty = parameter('pretty', 'string', 'Print the answer for people to read.');

/** What the names in a path stand for. */
export const pathParameters = {
  namespace: parameter('namespace', 'string', 'Namespace of the object.'),
  name: parameter('name', 'string', 'Name of the object.'),
} as const;

const dryRun = parameter('dryRun', 'string', 'All: do everything but store.');
const fieldManager = parameter(
  'fieldManager',
  'string',
  'Who makes the change, for managedFields; at most 128 characters.',
);
const fieldValidation = parameter(
  'fieldValidation',
  'string',
  'What to do with unknown and duplicate fields: Strict, Warn or Ignore.',
);
const force = parameter('force', 'boolean', 'Apply: take fields over from other managers.');

const listing = [
  parameter('allowWatchBookmarks', 'boolean', 'Watch: may bookmarks be sent?'),
  parameter('continue', 'string', 'Where the page begins, from the page before.'),
  parameter('fieldSelector', 'string', 'Only objects with these fields.'),
  parameter('labelSelector', 'string', 'Only objects with these labels.'),
  parameter('limit', 'integer', 'At most so many objects.'),
  parameter('resourceVersion', 'string', 'Version to show, or to watch from.'),
  parameter('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  parameter('sendInitialEvents', 'boolean', 'Watch: send the present objects first.'),
  parameter('timeoutSeconds', 'integer', 'End the list or watch after so long.'),
  parameter('watch', 'boolean', 'Follow changes instead of listing.'),
];

const deleting = [
  dryRun,
  parameter('gracePeriodSeconds', 'integer', 'Seconds to end gracefully.'),
  parameter('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  parameter('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];

const PARAMETERS: Readonly<Record<Action, readonly ParameterFacts[]>> = {
  list: listing,
  watch: listing,
  watchlist: listing,
  deletecollection: [...listing.filter(({ name }) => name !== 'watch' && name !== 'allowWatchBookmarks'), ...deleting],
  get: [],
  delete: deleting,
  post: [dryRun, fieldManager, fieldValidation],
  put: [dryRun, fieldManager, fieldValidation],
  patch: [dryRun, fieldManager, fieldValidation, force],
};

/** The query parameters an action takes. */
export function queryParameters(action: Action): readonly ParameterFacts[] {
  return PARAMETERS[action];
}

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const WATCH_TYPES = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];

/** Media types an action answers in. */
export function answerTypes(action: Action): readonly string[] {
  return action === 'list' || action === 'watch' || action === 'watchlist'
    ? [...OBJECT_TYPES, ...WATCH_TYPES]
    : OBJECT_TYPES;
}

/** Media types a patch may come in. Clients pick strategic merge and apply by this list. */
export function patchTypes(stored: boolean): readonly string[] {
  const merging = [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
  ];
  return stored ? [...merging, 'application/apply-patch+yaml'] : merging;
}

/** `listImageOpenshiftIoV1NamespacedImageStream`. */
export function operationId(
  action: Action,
  { group, version, subject }: { group: string; version: string; subject: string },
): string {
  const verbs: Record<Action, string> = {
    list: 'list',
    post: 'create',
    deletecollection: 'deleteCollection',
    get: 'read',
    put: 'replace',
    delete: 'delete',
    patch: 'patch',
    watch: 'watch',
    watchlist: 'watch',
  };
  return verbs[action] + tagWords(group).map(capitalized).join('') + capitalized(version) + subject;
}

/** `imageOpenshiftIo_v1`: the tag that groups a version's operations. */
export function operationTag({ group, version }: { group: string; version: string }): string {
  const [first = '', ...rest] = tagWords(group);
  return `${first}${rest.map(capitalized).join('')}_${version}`;
}

function tagWords(group: string): string[] {
  return (group === '' ? 'core' : group).replace(/\.k8s\.io$/, '').split('.');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
