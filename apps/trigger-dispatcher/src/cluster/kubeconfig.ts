import { createSecureContext } from 'node:tls';
import { isNestedDeeper } from '@faktorz/apimachinery';
import type { Cluster, User } from '@kubernetes/client-node';
import { parse, YAMLError } from 'yaml';
import { z } from 'zod';

/** The server and the credentials one context of a kubeconfig names. */
export interface KubeconfigContext {
  cluster: Cluster;
  user: User;
}

/** The kubeconfig cannot be used, and the message says what has to change. Never holds any of its content. */
export class BadKubeconfig extends Error {}

const named = <T extends z.ZodType>(key: string, part: T) => z.array(z.looseObject({ name: z.string(), [key]: part }));

const text = z.string().optional();
const kubeconfig = z.looseObject({
  'current-context': text,
  clusters: named('cluster', z.looseObject({})).default([]),
  users: named('user', z.looseObject({}).nullish()).default([]),
  contexts: named('context', z.looseObject({ cluster: z.string(), user: text })).default([]),
});

const clusterFields = z.looseObject({
  server: z.string(),
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': text,
});
const userFields = z.looseObject({
  token: text,
  'client-certificate-data': text,
  'client-key-data': text,
  username: text,
  password: text,
  as: text,
});

/** What would have this service run programs, read its own files, or speak to others than the cluster. */
const REFUSED_OF_CLUSTER: Readonly<Record<string, string>> = {
  'certificate-authority': 'names a file; write its content as certificate-authority-data',
  'proxy-url': 'is not supported; the cluster has to be reachable directly',
};
const REFUSED_OF_USER: Readonly<Record<string, string>> = {
  exec: 'would run a program; use a token or a client certificate',
  'auth-provider': 'would run a program; use a token or a client certificate',
  tokenFile: 'names a file; write its content as token',
  'client-certificate': 'names a file; write its content as client-certificate-data',
  'client-key': 'names a file; write its content as client-key-data',
  'as-uid': 'is not supported',
  'as-groups': 'is not supported; impersonate by user alone',
  'as-user-extra': 'is not supported; impersonate by user alone',
};

/** Extensions may hold anything, but nothing deep. */
const MOST_LEVELS = 50;

/** Reads one context, by default the current one. Throws BadKubeconfig. */
export function readKubeconfig(content: string, wantedContext?: string): KubeconfigContext {
  const config = parsed(kubeconfig, yamlOf(content), 'the kubeconfig');
  const contextName = wantedContext || config['current-context'];
  if (!contextName) throw new BadKubeconfig('current-context is not set; set it, or name one in spec.context');
  const context = config.contexts.find(({ name }) => name === contextName)?.['context'] as
    { cluster: string; user?: string } | undefined;
  if (!context) throw new BadKubeconfig(`there is no context ${contextName}`);
  const cluster = config.clusters.find(({ name }) => name === context.cluster)?.['cluster'];
  if (!cluster) throw new BadKubeconfig(`there is no cluster ${context.cluster}, which context ${contextName} names`);
  const user = config.users.find(({ name }) => name === context.user)?.['user'];
  if (!user) throw new BadKubeconfig(`there is no user ${context.user ?? ''}, which context ${contextName} names`);
  const read = { cluster: clusterOf(cluster, context.cluster), user: userOf(user, context.user ?? '') };
  checkTls(read);
  return read;
}

function clusterOf(given: unknown, name: string): Cluster {
  refuse(given, REFUSED_OF_CLUSTER, `cluster ${name}`);
  const fields = parsed(clusterFields, given, `cluster ${name}`);
  const server = fields.server.replace(/\/+$/, '');
  if (!URL.canParse(server) || new URL(server).protocol !== 'https:') {
    throw new BadKubeconfig(`server of cluster ${name} must be an https URL`);
  }
  return {
    name,
    server,
    skipTLSVerify: fields['insecure-skip-tls-verify'] ?? false,
    ...(fields['certificate-authority-data'] && { caData: fields['certificate-authority-data'] }),
    ...(fields['tls-server-name'] && { tlsServerName: fields['tls-server-name'] }),
  };
}

function userOf(given: unknown, name: string): User {
  refuse(given, REFUSED_OF_USER, `user ${name}`);
  const fields = parsed(userFields, given, `user ${name}`);
  const { token, username, password, as: impersonateUser } = fields;
  const certData = fields['client-certificate-data'];
  const keyData = fields['client-key-data'];
  if (!token && !(certData && keyData) && !username) {
    throw new BadKubeconfig(
      `user ${name} has no credentials: a token, or client-certificate-data and client-key-data, is needed`,
    );
  }
  return {
    name,
    ...(token && { token }),
    ...(certData && keyData && { certData, keyData }),
    ...(username && { username, password: password ?? '' }),
    ...(impersonateUser && { impersonateUser }),
  };
}

function refuse(part: unknown, refused: Readonly<Record<string, string>>, whose: string): void {
  for (const [field, why] of Object.entries(refused)) {
    const value = (part as Record<string, unknown> | null)?.[field];
    if (value !== undefined && value !== null && value !== '') throw new BadKubeconfig(`${field} of ${whose} ${why}`);
  }
}

/** Broken certificates are found now, and not by every connection. */
function checkTls({ cluster: { caData, name }, user: { certData, keyData } }: KubeconfigContext): void {
  try {
    createSecureContext({ ca: bytes(caData), cert: bytes(certData), key: bytes(keyData) });
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new BadKubeconfig(`the certificates of cluster ${name} or its user cannot be used: ${code}`, {
      cause: error,
    });
  }
}

function bytes(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

function yamlOf(content: string): unknown {
  if (isNestedDeeper(content, MOST_LEVELS)) throw new BadKubeconfig('the kubeconfig is nested too deep to be one');
  try {
    return parse(content);
  } catch (error) {
    const reason = error instanceof YAMLError ? error.code : 'unreadable';
    throw new BadKubeconfig(`the kubeconfig is not YAML: ${reason}`, { cause: error });
  }
}

/** Says which field is wrong and what it should be, never what it is. */
function parsed<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.length ? `: ${issue.path.join('.')}` : '';
  throw new BadKubeconfig(`${what} is not valid${field}: ${issue?.message ?? ''}`);
}
