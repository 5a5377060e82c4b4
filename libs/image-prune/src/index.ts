/** Pruning of images, as `faktorz adm prune images` and the registry's ImagePruner both do it (contract: prune). */
export type { ApiObject, PruneApi, PrunedStorage, Refusal } from './prune-api.js';
export { badReferencesText } from './bad-references.js';
export { type ClusterSnapshot, readCluster, type SnapshotOptions } from './cluster-snapshot.js';
export type { BadReference } from './image-users.js';
export { ImagePrune, type PruneContext } from './prune-images.js';
export { type PruneCounts, PruneSummary } from './prune-summary.js';
