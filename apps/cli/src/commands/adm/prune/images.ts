import { readGivenFile } from '../../../files/read-given-file.js';
import type { PruneRun } from '@faktorz/domain';
import { badReferencesText, ImagePrune, readCluster } from '@faktorz/image-prune';
import type { Call, Command } from '../../../command.js';
import { CommandError, SilentExit } from '../../../errors.js';
import type { ParsedFlags } from '../../../flags/parse-flags.js';
import { resolveClientConfig } from '../../../kubeconfig/client-config.js';
import { ServerPruneApi } from '../../../prune/prune-api.js';
import { RegistryStorage } from '../../../prune/registry-storage.js';
import { registryUrlProblem } from '../../../prune/registry-url.js';

const DEFAULT_REVISIONS = 3;
const DEFAULT_AGE_MS = 60 * 60_000;

export const command: Command = {
  usage: 'adm prune images [options]',
  description:
    'Remove old entries from the histories of tags, then images that no history names, with their blobs in the integrated registry. Without --confirm it only tells what would go.',
  examples: ['adm prune images', 'adm prune images --keep-tag-revisions=3 --keep-younger-than=60m --confirm'],
  flags: [
    { name: 'confirm', kind: 'bool', usage: 'Really delete.' },
    { name: 'keep-tag-revisions', kind: 'int', usage: 'Newest entries of each tag that stay (default 3).' },
    { name: 'keep-younger-than', kind: 'duration', usage: 'What is younger stays (default 60m).' },
    {
      name: 'prune-over-size-limit',
      kind: 'bool',
      usage: 'Choose what exceeds the largest image its project allows, instead of by revisions and age.',
    },
    { name: 'all', kind: 'bool', default: true, usage: 'Also images that were imported, not only pushed ones.' },
    { name: 'prune-registry', kind: 'bool', default: true, usage: 'Also delete in the registry.' },
    { name: 'registry-url', kind: 'string', usage: 'Where the registry is, when it is not found by itself.' },
    { name: 'force-insecure', kind: 'bool', usage: 'Accept plain HTTP and any certificate of the registry.' },
    { name: 'ignore-invalid-refs', kind: 'bool', usage: 'Go on though some objects name images that cannot be read.' },
    { name: 'num-workers', kind: 'int', default: 5, usage: 'Streams and images worked on at a time.' },
  ],
  run: pruneImages,
};

async function pruneImages({ args, flags, session, terminal }: Call): Promise<void> {
  if (args.length > 0) throw new CommandError('no arguments are allowed to this command');
  const run = readRun(flags);
  const { url, ...trust } = readRegistryFlags(flags);
  const workers = flags.int('num-workers');
  if (workers < 1) throw new CommandError('--num-workers must be greater than 0');
  // The authority given here is the registry's; that of the API server stays as the kubeconfig has it.
  const { config: kubeconfig } = await session.kubeconfig();
  const config = resolveClientConfig(kubeconfig, flags.without('certificate-authority'));
  const { token } = config;
  if (!token) throw new CommandError('you must use a client config with a token');
  const confirm = flags.bool('confirm');
  const isWithRegistry = flags.bool('prune-registry');
  if (!isWithRegistry) {
    terminal.out('Only API objects will be removed.  No modifications to the image registry will be made.\n');
  }
  const client = session.clientFor(config);
  const namespace = flags.changed('namespace') ? config.namespace : '';
  const api = new ServerPruneApi(client);
  const warn = (text: string) => terminal.error(`Warning: ${text}\n`);
  const cluster = await readCluster(api, { namespace, run, warn });
  const bad = flags.bool('ignore-invalid-refs') ? undefined : badReferencesText(cluster.users.bad);
  if (bad !== undefined) throw new CommandError(bad);
  const registry = isWithRegistry
    ? { storage: confirm ? await RegistryStorage.connect({ url, token, ...trust }, cluster) : undefined }
    : undefined;
  if (!confirm) {
    terminal.error('Dry run enabled - no modifications will be made. Add --confirm to remove images\n');
  }
  const say = (line: string) => terminal.out(`${line}\n`);
  const prune = new ImagePrune({ api, cluster, run, namespace, workers, confirm, registry, say });
  try {
    await prune.prune();
  } finally {
    registry?.storage?.close();
    client.close();
  }
  say(prune.summary.text());
  for (const { message } of prune.failures) terminal.error(`error: ${message}\n`);
  if (prune.failures.length > 0) throw new SilentExit(1);
}

function readRun(flags: ParsedFlags): PruneRun {
  const overSizeLimit = flags.bool('prune-over-size-limit');
  const [isByRevisions, isByAge] = [flags.changed('keep-tag-revisions'), flags.changed('keep-younger-than')];
  if (overSizeLimit && (isByRevisions || isByAge)) {
    throw new CommandError(
      '--prune-over-size-limit cannot be specified with --keep-tag-revisions nor --keep-younger-than',
    );
  }
  const keepTagRevisions = isByRevisions ? flags.int('keep-tag-revisions') : DEFAULT_REVISIONS;
  const keepYoungerThanMs = isByAge ? flags.durationMs('keep-younger-than') : DEFAULT_AGE_MS;
  if (keepYoungerThanMs < 0) throw new CommandError('--keep-younger-than must be greater than or equal to 0');
  if (keepTagRevisions < 0) throw new CommandError('--keep-tag-revisions must be greater than or equal to 0');
  return { keepTagRevisions, keepYoungerThanMs, overSizeLimit, all: flags.bool('all'), now: new Date() };
}

function readRegistryFlags(flags: ParsedFlags): { url: string; ca?: Buffer; insecure: boolean } {
  const url = flags.string('registry-url');
  const problem = url === '' ? undefined : registryUrlProblem(url);
  if (problem !== undefined) throw new CommandError(`invalid --registry-url flag: ${problem}`);
  const file = flags.string('certificate-authority');
  const insecure = flags.bool('force-insecure');
  if (file !== '' && insecure)
    throw new CommandError('--certificate-authority cannot be specified with --force-insecure');
  if (file !== '' && url.startsWith('http://'))
    throw new CommandError('--certificate-authority cannot be specified with a registry that speaks plain http');
  return { url, ca: file === '' ? undefined : readGivenFile(file), insecure };
}
