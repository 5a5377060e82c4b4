import { isNotFound } from '../../client/api-error.js';
import type { ApiClient } from '../../client/api-client.js';
import { SECRETS, SERVICE_ACCOUNTS } from '../../client/known-resources.js';
import type { KubeObject } from '../../client/kube-object.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError, UsageError } from '../../errors.js';

interface ServiceAccount extends KubeObject {
  secrets?: { name: string }[];
  imagePullSecrets?: { name: string }[];
}

export const link: Command = {
  usage: 'secrets link serviceaccount-name secrets-name [another-secret-name]... [--for=pull,mount] [options]',
  description: 'Let the pods of a service account mount secrets, or pull images with them.',
  examples: ['secrets link default pull-secret --for=pull'],
  flags: [{ name: 'for', kind: 'list', usage: 'pull, mount or both; default mount.' }],
  run: linkSecrets,
};

export const unlink: Command = {
  usage: 'secrets unlink serviceaccount-name secrets-name [another-secret-name]... [options]',
  description: 'Take secrets from a service account.',
  run: unlinkSecrets,
};

async function linkSecrets(call: Call): Promise<void> {
  const uses = call.flags.changed('for') ? call.flags.all('for') : ['mount'];
  const unknown = uses.find((use) => use !== 'pull' && use !== 'mount');
  if (unknown !== undefined) throw new UsageError(`unknown for: ${unknown}; use pull or mount`);
  const { client, namespace, account, names } = await read(call, false);
  const changed: ServiceAccount = { ...account };
  if (uses.includes('mount')) changed.secrets = withNames(account.secrets, names);
  if (uses.includes('pull')) changed.imagePullSecrets = withNames(account.imagePullSecrets, names);
  if (JSON.stringify(changed) !== JSON.stringify(account)) await write(client, namespace, changed);
}

async function unlinkSecrets(call: Call): Promise<void> {
  const { client, namespace, account, names } = await read(call, true);
  const without = (list: { name: string }[] | undefined) => list?.filter(({ name }) => !names.includes(name));
  const changed = {
    ...account,
    secrets: without(account.secrets),
    imagePullSecrets: without(account.imagePullSecrets),
  };
  if (JSON.stringify(changed) === JSON.stringify(account))
    throw new CommandError('No valid secrets found or secrets not linked to service account');
  await write(client, namespace, changed);
  call.terminal.out(`serviceaccount/${account.metadata?.name} updated\n`);
}

function withNames(list: { name: string }[] | undefined, names: readonly string[]): { name: string }[] {
  const known = list ?? [];
  return [...known, ...names.filter((name) => !known.some((entry) => entry.name === name)).map((name) => ({ name }))];
}

/** The account and those of the secrets that exist; of the others it tells. Unlinking takes missing ones too. */
async function read({ args, session, terminal }: Call, allowMissing: boolean) {
  const [accountWord, ...secretWords] = args;
  if (accountWord === undefined || secretWords.length === 0) {
    throw new UsageError('must have a service account name and at least one secret name');
  }
  const client = await session.client();
  const namespace = await session.namespace();
  const accountName = accountWord.replace(/^(serviceaccounts?|sa)\//, '');
  const account = await client.get<ServiceAccount>(resourcePath(SERVICE_ACCOUNTS, namespace, accountName));
  const names: string[] = [];
  let missing = false;
  for (const word of secretWords) {
    const name = word.replace(/^secrets?\//, '');
    try {
      await client.get(resourcePath(SECRETS, namespace, name));
      names.push(name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (allowMissing) names.push(name);
      else terminal.error(`secret "${name}" not found\n`);
      missing = !allowMissing;
    }
  }
  if (missing) throw new CommandError(names.length > 0 ? 'Some secrets could not be linked' : 'No valid secrets found');
  return { client, namespace, account, names };
}

async function write(client: ApiClient, namespace: string, account: ServiceAccount): Promise<void> {
  await client.object({
    method: 'PUT',
    path: resourcePath(SERVICE_ACCOUNTS, namespace, account.metadata?.name),
    body: account,
  });
}
