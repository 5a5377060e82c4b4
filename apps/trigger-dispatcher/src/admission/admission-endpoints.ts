import { Inject, Injectable } from '@nestjs/common';
import { type KubeObject, notFound, type ResourceHandlers } from '@faktorz/apimachinery';
import { DocumentStorage } from '@faktorz/persistence';
import { type Cluster, TRIGGERS_API_VERSION, TRIGGERS_GROUP } from '../cluster/cluster.js';
import { CLUSTER_STORAGE } from '../trigger-dispatcher.tokens.js';
import { AdmissionKeys } from './admission-keys.js';

export const ADMISSION_ENDPOINTS = 'admissionendpoints';
/** The endpoint of a cluster that is not known as a Cluster. */
export const DEFAULT_ENDPOINT = 'default';

/** Where the API server of a cluster sends its admission reviews. */
export interface AdmissionEndpoint extends KubeObject {
  status: {
    /** Below the address of our API. Whoever knows it may ask what tags point at. */
    path: string;
  };
}

/** The admission endpoints: one for each Cluster, and the default one. */
@Injectable()
export class AdmissionEndpoints {
  constructor(
    private readonly keys: AdmissionKeys,
    @Inject(CLUSTER_STORAGE) private readonly clusters: DocumentStorage<Cluster>,
  ) {}

  handlers(): ResourceHandlers<AdmissionEndpoint> {
    return {
      get: async ({ name = '' }) => {
        await this.registryHost(name);
        const path = `/admission/images/${encodeURIComponent(name)}/${await this.keys.ensure(name)}`;
        return { apiVersion: TRIGGERS_API_VERSION, kind: 'AdmissionEndpoint', metadata: { name }, status: { path } };
      },
    };
  }

  /** How the cluster of an endpoint reaches our registry, where it says so. Throws NotFound. */
  async registryHost(endpoint: string): Promise<string | undefined> {
    const cluster = await this.clusters.get({ name: endpoint });
    if (!cluster && endpoint !== DEFAULT_ENDPOINT) throw notFound(ADMISSION_ENDPOINTS, TRIGGERS_GROUP, endpoint);
    return cluster?.spec.registryHost;
  }
}
