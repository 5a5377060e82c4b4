/** How a list merges: by a key of its items, or as a whole (undefined). */
export type MergeKeyLookup = (path: readonly string[]) => string | undefined;

const POD_LISTS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  env: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

/** Lists of the image API, by their path. */
const IMAGE_LISTS: Record<string, string> = {
  'spec.tags': 'name',
  'status.tags': 'tag',
  signatures: 'name',
  'image.signatures': 'name',
};

/** Groups whose lists are known here; patches for other groups replace lists as a whole. */
const KNOWN_GROUPS = new Set(['', 'apps', 'batch', 'image.openshift.io', 'apps.openshift.io', 'build.openshift.io']);

/** Does the server of this group take strategic merge patches? */
export function takesStrategicPatches(group: string): boolean {
  return KNOWN_GROUPS.has(group);
}

/** Merge keys of a group's lists (contract of Kubernetes and the image API: lists not named here are atomic). */
export function mergeKeysOf(group: string): MergeKeyLookup {
  return (path) => {
    const field = path.at(-1) ?? '';
    if (path.length === 2 && path[0] === 'metadata' && field === 'ownerReferences') return 'uid';
    if (group === 'image.openshift.io') return IMAGE_LISTS[path.join('.')];
    if (field === 'conditions' && path[0] === 'status') return 'type';
    if (group === '' && path.length === 1 && (field === 'secrets' || field === 'imagePullSecrets')) return 'name';
    return path[0] === 'spec' ? POD_LISTS[field] : undefined;
  };
}

/** Every list is replaced as a whole: JSON merge patch. */
export const NO_MERGE_KEYS: MergeKeyLookup = () => undefined;
