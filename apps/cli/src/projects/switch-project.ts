import { SELF_SUBJECT_REVIEWS } from '../client/known-resources.js';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { ClientConfig } from '../kubeconfig/client-config.js';
import {
  clusterNickname,
  contextNickname,
  type Kubeconfig,
  putEntry,
  type UserEntry,
} from '../kubeconfig/kubeconfig.js';
import { type LoadedKubeconfig, saveKubeconfig } from '../kubeconfig/kubeconfig-files.js';
import type { Session } from '../session.js';

/** The name the server knows the caller by. */
export async function readUserName(client: ApiClient): Promise<string> {
  const body = {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    status: { userInfo: {} },
  };
  try {
    const path = resourcePath(SELF_SUBJECT_REVIEWS, undefined);
    const review = await client.object({ method: 'POST', path, body, accept: JSON_TYPE });
    const status = review.status as { userInfo?: { username?: string } } | undefined;
    if (status?.userInfo?.username) return status.userInfo.username;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  const user = await client.get('/apis/user.openshift.io/v1/users/~');
  return user.metadata?.name ?? '';
}

/** Makes a project the current one: a context of its own, as oc names them, in the kubeconfig. */
export async function switchProject(session: Session, project: string): Promise<void> {
  const client = await session.client();
  const user = await readUserName(client);
  const loaded = await session.kubeconfig();
  await saveContext(loaded, client.config, { project, user });
}

/** Writes cluster, user and context for a connection and makes the context the current one. */
export async function saveContext(
  loaded: LoadedKubeconfig,
  connection: ClientConfig,
  { project, user }: { project: string; user: string },
): Promise<void> {
  const { config } = loaded;
  const known = config.contexts.find(({ name }) => name === connection.context)?.context;
  const cluster = known?.cluster ?? addCluster(config, connection);
  const credentials = known?.user ?? addUser(config, connection, user);
  const name = contextNickname(project, connection.server, user);
  putEntry(config.contexts, { name, context: { cluster, user: credentials, namespace: project } });
  config['current-context'] = name;
  await saveKubeconfig(loaded);
}

function addCluster(config: Kubeconfig, { server, ca, skipTlsVerify }: ClientConfig): string {
  const name = clusterNickname(server);
  const cluster = {
    server,
    ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}),
    ...(skipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
  };
  putEntry(config.clusters, { name, cluster });
  return name;
}

function addUser(config: Kubeconfig, connection: ClientConfig, user: string): string {
  const name = `${user}/${clusterNickname(connection.server)}`;
  const entry: UserEntry = { ...(connection.token ? { token: connection.token } : {}) };
  putEntry(config.users, { name, user: entry });
  return name;
}
