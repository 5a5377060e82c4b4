import { Inject, Injectable } from '@nestjs/common';
import { nameColumn, type ResourceHandlers, shortAge, storedResource, type TableColumn } from '@faktorz/apimachinery';
import { DocumentStorage } from '@faktorz/persistence';
import { CLUSTER_STORAGE } from '../trigger-dispatcher.tokens.js';
import { type Cluster, type ClusterCondition, CLUSTERS, TRIGGERS_GROUP, TRIGGERS_VERSION } from './cluster.js';
import { ClusterStrategy } from './cluster.strategy.js';

/** The verbs of clusters: those of every stored resource. */
@Injectable()
export class ClusterHandlers {
  constructor(
    @Inject(CLUSTER_STORAGE) private readonly storage: DocumentStorage<Cluster>,
    private readonly strategy: ClusterStrategy,
  ) {}

  handlers(): ResourceHandlers<Cluster> {
    return storedResource(this.storage, this.strategy, {
      group: TRIGGERS_GROUP,
      version: TRIGGERS_VERSION,
      kind: 'Cluster',
      plural: CLUSTERS,
      namespaced: false,
    });
  }
}

export const clusterColumns: readonly TableColumn<Cluster>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    description: 'Are its objects watched?',
    cell: (cluster) => readyOf(cluster)?.status ?? 'Unknown',
  },
  {
    name: 'Reason',
    type: 'string',
    description: 'Why it is ready, or not.',
    cell: (cluster) => readyOf(cluster)?.reason ?? '',
  },
  { name: 'Server', type: 'string', description: 'Address of its API.', cell: ({ status }) => status?.server ?? '' },
  {
    name: 'Age',
    type: 'string',
    description: 'How long ago the cluster was made known.',
    cell: ({ metadata: { creationTimestamp } }, now) =>
      creationTimestamp ? shortAge(now.getTime() - Date.parse(creationTimestamp)) : '<unknown>',
  },
  {
    name: 'Message',
    type: 'string',
    priority: 1,
    description: 'Why it is ready, or not, in a sentence.',
    cell: (cluster) => readyOf(cluster)?.message ?? '',
  },
];

function readyOf({ status }: Cluster): ClusterCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
