import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { BadRegistryPolicy, type PolicyDocument } from './policy-document.js';

/** What one server is trusted by, and what it is shown, beside the system's authorities. PEM texts. */
export interface HostTrust {
  certificateAuthorities: readonly string[];
  clientCertificate?: string;
  clientKey?: string;
}

/** By `host:port`, see `trustKey`. A server that is not named has none of its own. */
export type TrustByHost = ReadonlyMap<string, HostTrust>;

const HUB_NAMES = new Set(['docker.io', 'index.docker.io']);

/** The key of a registry in `TrustByHost`: port 443 and Docker Hub's endpoint filled in. */
export function trustKey(host: string, port = ''): string {
  const named = /:\d+$/.test(host) ? host : `${HUB_NAMES.has(host) ? 'registry-1.docker.io' : host}:${port || '443'}`;
  return named.toLowerCase();
}

/**
 * Reads the files of a policy: those it names, and those of its directory. `base` is where relative paths begin.
 * Throws one `BadRegistryPolicy` that names every file that is missing or no certificate or key.
 */
export function readTrust({ directory, registries }: PolicyDocument['trust'], base: string): TrustByHost {
  const problems: string[] = [];
  const found = new Map<string, HostTrust>();
  const add = (host: string, read: () => HostTrust): void => {
    try {
      found.set(trustKey(host), read());
    } catch (error) {
      problems.push((error as Error).message);
    }
  };
  if (directory !== undefined) {
    const root = resolve(base, directory);
    if (!existsSync(root)) problems.push(`trust.directory: ${root} does not exist`);
    else for (const host of hostsIn(root)) add(host, () => trustIn(join(root, host)));
  }
  for (const [host, { ca, clientCertificate, clientKey }] of Object.entries(registries)) {
    const file = (path: string | undefined) => (path === undefined ? undefined : resolve(base, path));
    add(host, () => trustOf(file(ca) === undefined ? [] : [file(ca) ?? ''], file(clientCertificate), file(clientKey)));
  }
  if (problems.length > 0) throw new BadRegistryPolicy(problems);
  return found;
}

function hostsIn(root: string): string[] {
  const entries = readdirSync(root, { withFileTypes: true });
  // Mounted ConfigMaps are full of links, and of hidden directories these lead to.
  return entries.filter((entry) => !entry.name.startsWith('.') && !entry.isFile()).map(({ name }) => name);
}

/** One directory of the layout that container engines use (containers-certs.d(5)). */
function trustIn(directory: string): HostTrust {
  const files = readdirSync(directory).sort();
  const ofKind = (ending: string) => files.filter((name) => name.endsWith(ending)).map((name) => join(directory, name));
  const [certificate] = ofKind('.cert');
  const [key] = ofKind('.key');
  if ((certificate === undefined) !== (key === undefined))
    throw new Error(`${directory}: a client certificate is a pair of files, NAME.cert and NAME.key`);
  return trustOf(ofKind('.crt'), certificate, key);
}

function trustOf(authorities: readonly string[], certificateFile?: string, keyFile?: string): HostTrust {
  const certificateAuthorities = authorities.map((file) => readPem(file, assertCertificates));
  if (certificateFile === undefined || keyFile === undefined) return { certificateAuthorities };
  const clientCertificate = readPem(certificateFile, assertCertificates);
  const clientKey = readPem(keyFile, (text) => void createSecureContext({ cert: clientCertificate, key: text }));
  return { certificateAuthorities, clientCertificate, clientKey };
}

function readPem(file: string, check: (text: string) => void): string {
  try {
    const text = readFileSync(file, 'utf8');
    check(text);
    return text;
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be used as PEM';
    throw new Error(`${file} ${problem}`, { cause });
  }
}

function assertCertificates(text: string): void {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw new Error('no certificate');
  for (const certificate of certificates) new X509Certificate(certificate);
}
