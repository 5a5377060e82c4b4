import { readFileSync } from 'node:fs';
import { CommandError } from '../errors.js';
import { describeFileError, readGivenFile } from '../files/read-given-file.js';
import type { ParsedFlags } from '../flags/parse-flags.js';
import { parseDuration } from '../flags/parse-duration.js';
import type { ClusterEntry, Kubeconfig, UserEntry } from './kubeconfig.js';

/** All that is needed to talk to one server as one user. */
export interface ClientConfig {
  server: string;
  namespace: string;
  /** Name of the context in use; '' when flags alone say where to go. */
  context: string;
  user: string;
  token?: string;
  basic?: { username: string; password: string };
  ca?: Buffer;
  clientCertificate?: Buffer;
  clientKey?: Buffer;
  skipTlsVerify: boolean;
  tlsServerName?: string;
  impersonate?: { user: string; groups: string[] };
  requestTimeoutMs: number;
}

/** What the current context and the global flags together say. Throws when no server is named at all. */
export function resolveClientConfig(config: Kubeconfig, flags: ParsedFlags): ClientConfig {
  const contextName = flags.string('context') || config['current-context'];
  const context = config.contexts.find((entry) => entry.name === contextName)?.context;
  if (flags.changed('context') && !context) throw new CommandError(`context "${contextName}" does not exist`);
  const clusterName = flags.string('cluster') || context?.cluster || '';
  const userName = flags.string('user') || context?.user || '';
  const cluster: ClusterEntry = config.clusters.find((entry) => entry.name === clusterName)?.cluster ?? {};
  const user: UserEntry = config.users.find((entry) => entry.name === userName)?.user ?? {};
  if (flags.changed('cluster') && !cluster.server) throw new CommandError(`cluster "${clusterName}" does not exist`);
  const server = withScheme(flags.string('server') || cluster.server || '');
  if (server === '') {
    throw new CommandError(
      'no server to talk to: no kubeconfig was found. Start one with "npm start", name a kubeconfig with --kubeconfig or KUBECONFIG, or log in with "login SERVER"',
    );
  }
  const token =
    flags.string('token') || user.token || (user.tokenFile && readGivenFile(user.tokenFile).toString('utf8').trim());
  return {
    server: server.replace(/\/+$/, ''),
    namespace: flags.string('namespace') || context?.namespace || 'default',
    context: context ? contextName : '',
    user: userName,
    token: token || undefined,
    basic: user.username ? { username: user.username, password: user.password ?? '' } : undefined,
    ca: trusted(inlineOrFile(cluster, 'certificate-authority', clusterName, flags)),
    clientCertificate: inlineOrFile(user, 'client-certificate', userName, flags),
    clientKey: inlineOrFile(user, 'client-key', userName, flags),
    skipTlsVerify: flags.bool('insecure-skip-tls-verify') || cluster['insecure-skip-tls-verify'] === true,
    tlsServerName: flags.string('tls-server-name') || cluster['tls-server-name'],
    impersonate: flags.string('as') ? { user: flags.string('as'), groups: flags.all('as-group') } : undefined,
    requestTimeoutMs: requestTimeout(flags.string('request-timeout')),
  };
}

function withScheme(server: string): string {
  return server === '' || /^https?:\/\//.test(server) ? server : `https://${server}`;
}

/** The file a flag names, else what stands in the kubeconfig, else the file the kubeconfig names. */
function inlineOrFile(
  entry: ClusterEntry | UserEntry,
  what: 'certificate-authority' | 'client-certificate' | 'client-key',
  owner: string,
  flags: ParsedFlags,
): Buffer | undefined {
  const inline = entry[`${what}-data`];
  if (!flags.string(what) && typeof inline === 'string' && inline !== '') return Buffer.from(inline, 'base64');
  const path = flags.string(what) || entry[what];
  if (typeof path !== 'string' || path === '') return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    const detail = describeFileError(error, path);
    throw new CommandError(`unable to read ${what} ${path} for ${owner} due to ${detail}`, 1, { cause: error });
  }
}

function trusted(ca: Buffer | undefined): Buffer | undefined {
  if (!ca || ca.includes('-----BEGIN CERTIFICATE-----')) return ca;
  throw new CommandError('unable to load root certificates: unable to parse bytes as PEM block');
}

/** `0`, a number of seconds or a duration. */
function requestTimeout(text: string): number {
  if (text === '' || text === '0') return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined || ms < 0) {
    throw new CommandError(
      `invalid timeout value "${text}": write a number of seconds or a duration such as 30s or 2m`,
    );
  }
  return ms;
}
