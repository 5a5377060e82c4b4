import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ReadSecret } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { DocumentStorage } from '@faktorz/persistence';
import { OutboundPolicy } from '@faktorz/registry-client';
import { CLUSTER_STORAGE, REGISTRY_HOSTS } from '../trigger-dispatcher.tokens.js';
import { type ClusterClient, ClusterUnusable } from './cluster-client.js';
import type { ClusterConnection } from './cluster-connection.js';
import { LOOK_AGAIN_MS } from './cluster-watch.store.js';
import { type Cluster, KUBECONFIG_KEY } from './cluster.js';
import { BadKubeconfig, readKubeconfig } from './kubeconfig.js';
import { OWN_STORE, OwnStore } from './own-store.js';
import { reachableImage, type RegistryHosts } from './registry-hosts.js';

const SECRET_TIMEOUT_MS = 3_000;
/** A connection that nobody has asked for is closed after this time: its cluster may be gone. */
const UNUSED_MS = 60_000;

interface Known {
  /** Tells whether the Cluster or its credentials have changed. */
  fingerprint: string;
  connection: ClusterConnection;
  lookedAt: number;
}

/** What a connection is made of. */
interface Access {
  cluster: Cluster;
  /** Absent: as the service account of this process. */
  kubeconfig?: string;
}

/** The clusters this service may speak to, by name; empty: our own store. Connections follow changes of the credentials. */
@Injectable()
export class Clusters implements OnApplicationShutdown {
  private readonly known = new Map<string, Known>();
  private readonly looking = new Map<string, Promise<Known>>();
  private readonly sweep = setInterval(() => this.dropUnused(), UNUSED_MS).unref();

  constructor(
    private readonly own: OwnStore,
    @Inject(CLUSTER_STORAGE) private readonly storage: DocumentStorage<Cluster>,
    private readonly requests: Requests,
    private readonly policy: OutboundPolicy,
    @Inject(REGISTRY_HOSTS) private readonly hosts: RegistryHosts,
  ) {}

  /** Throws `ClusterUnusable`, and the `ApiError` of auth where the credentials could not be read. */
  async client(cluster: string): Promise<ClusterClient> {
    return cluster === OWN_STORE ? this.own.client : (await this.connection(cluster)).client;
  }

  /** The way to a cluster other than our own store. Throws as `client`. */
  async connection(cluster: string): Promise<ClusterConnection> {
    const known = this.known.get(cluster);
    if (known && Date.now() - known.lookedAt < LOOK_AGAIN_MS) return known.connection;
    let looking = this.looking.get(cluster);
    if (!looking) {
      looking = this.look(cluster).finally(() => this.looking.delete(cluster));
      this.looking.set(cluster, looking);
    }
    return (await looking).connection;
  }

  /** Has the credentials read again by the next that asks: the cluster has refused them. */
  doubt(cluster: string): void {
    const known = this.known.get(cluster);
    if (known) known.lookedAt = 0;
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweep);
    await Promise.all([...this.known.values()].map(({ connection }) => connection.close()));
  }

  private async look(name: string): Promise<Known> {
    try {
      const access = await this.access(name);
      const { kubeconfig = '', cluster } = access;
      const { uid, generation } = cluster.metadata;
      const fingerprint = createHash('sha256').update(`${uid} ${generation} ${kubeconfig}`).digest('base64');
      const known = this.known.get(name);
      if (known?.fingerprint === fingerprint) {
        known.lookedAt = Date.now();
        return known;
      }
      const connection = await this.connect(access);
      return this.keep(name, { fingerprint, connection, lookedAt: Date.now() });
    } catch (error) {
      if (error instanceof ClusterUnusable) this.drop(name);
      throw error;
    }
  }

  private async access(name: string): Promise<Access> {
    const cluster = await this.storage.get({ name });
    if (!cluster) throw new ClusterUnusable(name, 'Deleted', `there is no cluster ${name}`);
    const { suspend, inCluster, kubeconfigSecret: reference } = cluster.spec;
    if (suspend) throw new ClusterUnusable(name, 'Suspended', 'spec.suspend is true');
    if (inCluster || !reference) return { cluster };
    const { namespace, name: secretName, key = KUBECONFIG_KEY } = reference;
    const ask = { namespace, name: secretName };
    const { secret } = await this.requests.ask(ReadSecret, ask, { timeoutMs: SECRET_TIMEOUT_MS });
    const content = secret?.data[key || KUBECONFIG_KEY];
    const missing = `there is no ${secret ? `key ${key} in` : ''} Secret ${secretName} in namespace ${namespace}`;
    if (content === undefined) throw new ClusterUnusable(name, 'KubeconfigMissing', missing.replace('  ', ' '));
    return { cluster, kubeconfig: Buffer.from(content, 'base64').toString('utf8') };
  }

  private async connect({ cluster, kubeconfig }: Access): Promise<ClusterConnection> {
    // The Kubernetes client is large, and many installations have no other cluster.
    const { connectByKubeconfig, connectInCluster } = await import('./cluster-connection.js');
    const { name } = cluster.metadata;
    const { context, registryHost } = cluster.spec;
    const traits = { name, reachable: (image: string) => reachableImage(image, this.hosts, registryHost) };
    if (kubeconfig === undefined) return connectInCluster(traits);
    try {
      return await connectByKubeconfig(traits, readKubeconfig(kubeconfig, context), this.policy);
    } catch (error) {
      if (error instanceof BadKubeconfig) throw new ClusterUnusable(name, 'KubeconfigInvalid', error.message);
      throw error;
    }
  }

  private keep(name: string, known: Known): Known {
    this.drop(name);
    this.known.set(name, known);
    return known;
  }

  private dropUnused(): void {
    for (const [name, { lookedAt }] of this.known) if (Date.now() - lookedAt > UNUSED_MS) this.drop(name);
  }

  /** Ends what is under way: watches begin again with what holds now. */
  private drop(name: string): void {
    const known = this.known.get(name);
    this.known.delete(name);
    void known?.connection.close();
  }
}
