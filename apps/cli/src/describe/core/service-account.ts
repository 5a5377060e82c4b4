import type { KubeObject } from '../../client/kube-object.js';
import { alignTabs, GENERIC_DESCRIBE_TABS } from '../../printers/tab-writer.js';
import { headLines } from '../head-lines.js';

interface ServiceAccount extends KubeObject {
  imagePullSecrets?: { name?: string }[] | null;
  secrets?: { name?: string }[] | null;
}

/** The secrets an account's tokens may lie in. */
export interface TokenSecret extends KubeObject {
  type?: string;
}

/** A service account in words, with the secrets it names; `secrets` are all of its namespace. */
export function describeServiceAccount(
  account: ServiceAccount,
  secrets: readonly TokenSecret[] | undefined,
  events: string,
): string {
  const { metadata = {} } = account;
  const known = secrets && new Set(secrets.map((secret) => secret.metadata?.name));
  const tokens = (secrets ?? []).filter(
    (secret) =>
      secret.type === 'kubernetes.io/service-account-token' &&
      secret.metadata?.annotations?.['kubernetes.io/service-account.name'] === metadata.name,
  );
  const lists: [string, (string | undefined)[]][] = [
    ['Image pull secrets', (account.imagePullSecrets ?? []).map(({ name }) => name)],
    ['Mountable secrets', (account.secrets ?? []).map(({ name }) => name)],
    ['Tokens', tokens.map((token) => token.metadata?.name)],
  ];
  const lines = lists.map(([title, names]) => listLines(title, names, known)).join('');
  return alignTabs(headLines(metadata) + lines + events, GENERIC_DESCRIBE_TABS);
}

function listLines(
  title: string,
  names: readonly (string | undefined)[],
  known: ReadonlySet<string | undefined> | undefined,
): string {
  if (names.length === 0) return `${title}:\t<none>\n`;
  const texts = names.map((name) => (known && !known.has(name) ? `${name} (not found)` : name));
  return `${title}:\t${texts.join('\n\t')}\n`;
}
