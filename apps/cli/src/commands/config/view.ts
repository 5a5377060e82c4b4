import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { readGivenFile } from '../../files/read-given-file.js';
import type { ClusterEntry, Kubeconfig, UserEntry } from '../../kubeconfig/kubeconfig.js';
import { readOutputFormat } from '../../printers/output-format.js';
import { ObjectPrinter } from '../../printers/print-object.js';
import { OUTPUT_FLAGS } from '../../resources/selection-flags.js';

export const command: Command = {
  usage: 'config view [flags] [options]',
  description:
    'Display the kubeconfig, several files read as one. Tokens, passwords and keys are left out without --raw.',
  examples: ['config view', "config view --minify -o jsonpath='{.clusters[0].cluster.server}'"],
  flags: [
    ...OUTPUT_FLAGS,
    { name: 'minify', kind: 'bool', usage: 'Leave out what the current context does not use.' },
    { name: 'flatten', kind: 'bool', usage: 'Put the content of files where their paths stand.' },
    { name: 'raw', kind: 'bool', usage: 'Show certificates, tokens, passwords and keys too.' },
  ],
  run: view,
};

async function view({ flags, session, terminal }: Call): Promise<void> {
  const format = readOutputFormat(flags);
  const { config } = await session.kubeconfig();
  let shown = structuredClone(config);
  if (flags.bool('minify')) shown = minified(shown, flags.string('context') || shown['current-context']);
  if (flags.bool('flatten')) flatten(shown);
  else if (!flags.bool('raw')) redact(shown);
  const printer = new ObjectPrinter(format.type === 'human' ? { type: 'yaml' } : format);
  terminal.out(printer.print({ preferences: {}, ...shown }, { singular: 'config', group: '' }));
}

function minified(config: Kubeconfig, current: string): Kubeconfig {
  const chosen = config.contexts.find(({ name }) => name === current);
  if (current === '') throw new CommandError('current-context must exist in order to minify');
  if (!chosen) throw new CommandError(`cannot locate context ${current}`);
  return {
    ...config,
    'current-context': current,
    contexts: [chosen],
    clusters: config.clusters.filter(({ name }) => name === chosen.context.cluster),
    users: config.users.filter(({ name }) => name === chosen.context.user),
  };
}

const FILES = ['certificate-authority', 'client-certificate', 'client-key'] as const;

function flatten(config: Kubeconfig): void {
  for (const entry of entriesOf(config)) {
    for (const what of FILES) {
      const path = entry[what];
      if (typeof path !== 'string' || path === '') continue;
      entry[`${what}-data`] = readGivenFile(path).toString('base64');
      delete entry[what];
    }
  }
}

function redact(config: Kubeconfig): void {
  for (const entry of entriesOf(config)) {
    for (const what of FILES) if (entry[`${what}-data`]) entry[`${what}-data`] = 'DATA+OMITTED';
    for (const what of ['token', 'password']) if (entry[what]) entry[what] = 'REDACTED';
  }
}

function entriesOf({ clusters, users }: Kubeconfig): (ClusterEntry | UserEntry)[] {
  return [...clusters.map(({ cluster }) => cluster), ...users.map(({ user }) => user)];
}
