import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { createOutboundAgent, OutboundPolicy, OutboundRefused } from '@faktorz/registry-client';
import type { Agent } from 'undici';
import { type ClusterClient, ClusterUnusable } from './cluster-client.js';
import type { KubeconfigContext } from './kubeconfig.js';
import { DispatchedKubeConfig } from './dispatched-kube-config.js';
import { KubernetesApi } from './kubernetes-api.js';
import { KubernetesClusterClient } from './kubernetes-cluster-client.js';

/** An open way to a cluster. */
export interface ClusterConnection {
  client: ClusterClient;
  /** Base URL of its API. */
  server: string;
  /** False where its certificate is not checked. */
  isTlsVerified: boolean;
  /** Ends all that is under way. */
  close(): Promise<void>;
}

/** As many as are written at a time and watched at most. */
const CONNECTIONS = 128;
const CONNECT_TIMEOUT_MS = 5_000;
/** Anywhere: where the cluster is, its own environment says, and no user. */
const WHEREVER_IT_IS = OutboundPolicy.parse('0.0.0.0/0,::/0');

/** Which cluster it is, and how its nodes reach images. */
export interface ClusterTraits {
  name: string;
  reachable(image: string): string;
}

/** Opens the way that a kubeconfig describes; connections go only where the policy lets them. */
export async function connectByKubeconfig(
  cluster: ClusterTraits,
  read: KubeconfigContext,
  policy: OutboundPolicy,
): Promise<ClusterConnection> {
  try {
    policy.checkUrl(new URL(read.cluster.server));
  } catch (error) {
    if (error instanceof OutboundRefused) throw new ClusterUnusable(cluster.name, 'AddressRefused', error.message);
    throw error;
  }
  return connect(cluster, policy, (config) => config.loadFromClusterAndUser(read.cluster, read.user));
}

/** Opens the way to the cluster this process runs in, as its service account, whose token is read anew as it changes. */
export async function connectInCluster(cluster: ClusterTraits): Promise<ClusterConnection> {
  try {
    return await connect(cluster, WHEREVER_IT_IS, (config) => config.loadFromCluster());
  } catch (error) {
    const message = `spec.inCluster is true, but the service account cannot be used: ${(error as Error).message}`;
    throw new ClusterUnusable(cluster.name, 'NotInCluster', message, { cause: error });
  }
}

async function connect(
  { name, reachable }: ClusterTraits,
  policy: OutboundPolicy,
  load: (config: KubeConfig) => void,
): Promise<ClusterConnection> {
  const plain = new KubeConfig();
  load(plain);
  const { server = '', skipTLSVerify = false } = plain.getCurrentCluster() ?? {};
  const config = new DispatchedKubeConfig(await agentFor(plain, policy));
  load(config);
  return {
    client: new KubernetesClusterClient(name, new KubernetesApi(name, config), { reachable }),
    server,
    isTlsVerified: !skipTLSVerify,
    close: () => config.dispatcher.destroy(),
  };
}

/** Connections with the certificates that the kubeconfig names. */
async function agentFor(config: KubeConfig, policy: OutboundPolicy): Promise<Agent> {
  const options: RequestOptions & { servername?: string } = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized = true } = options;
  return createOutboundAgent({
    policy,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    connections: CONNECTIONS,
    skipVerification: !rejectUnauthorized,
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(servername && { servername }) },
  });
}
