import { readGivenFile } from '../../files/read-given-file.js';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { copyImages } from '../../image-copy/copy-images.js';
import { planCopies } from '../../image-copy/copy-plan.js';
import { describePlan } from '../../image-copy/describe-plan.js';
import { mappingLines, parseMappings } from '../../image-copy/mappings.js';
import { openRegistries, REGISTRY_FLAGS } from '../../outside-registries/open-registries.js';
import { platformFilter } from '../../outside-registries/platform-filter.js';
import { humanSize } from '../../printers/sizes.js';

export const command: Command = {
  usage: 'image mirror SRC DST [DST ...] | SRC=DST [SRC=DST ...] [options]',
  description:
    'Copy images between registries without storing them here. Of a list the image for this machine is copied, unless --filter-by-os or --keep-manifest-list says otherwise.',
  examples: [
    'image mirror registry.example.com/shop/cart:2 mirror.example.com/shop/cart:2',
    'image mirror --filter-by-os=.* --keep-manifest-list registry.example.com/shop/cart:2=mirror.example.com/shop/cart:2',
  ],
  flags: [
    ...REGISTRY_FLAGS,
    { name: 'filename', short: 'f', kind: 'string', usage: 'File with one SRC=DST a line.' },
    {
      name: 'filter-by-os',
      kind: 'string',
      usage: 'Which images of a list, as os/architecture; a regular expression.',
    },
    {
      name: 'keep-manifest-list',
      kind: 'bool',
      usage: 'Copy a list as a list, though only one of its images is chosen.',
    },
    { name: 'dry-run', kind: 'bool', usage: 'Only say what would be copied.' },
    { name: 'max-per-registry', kind: 'int', default: 6, usage: 'Blobs copied at a time.' },
  ],
  run: mirror,
};

async function mirror({ args, flags, terminal }: Call): Promise<void> {
  const workers = flags.int('max-per-registry');
  if (workers < 1) throw new CommandError('--max-per-registry must be greater than 0');
  const file = flags.string('filename');
  const mappings = parseMappings(args, file === '' ? [] : mappingLines(readGivenFile(file).toString('utf8')));
  const filter = platformFilter(flags.string('filter-by-os'));
  const registries = await openRegistries(flags);
  try {
    const started = Date.now();
    const copies = await planCopies(mappings, {
      registries,
      filter,
      keepManifestList: flags.bool('keep-manifest-list'),
    });
    terminal.error(describePlan(copies));
    const planned = Date.now();
    terminal.error(`info: Planning completed in ${timeText(planned - started)}\n`);
    if (flags.bool('dry-run')) {
      terminal.error('info: Dry run complete\n');
      return;
    }
    const sent = await copyImages(copies, { registries, workers });
    for (const { results } of copies) {
      for (const { digest, destination } of results) terminal.out(`${digest} ${destination}\n`);
    }
    const tookMs = Math.max(1, Date.now() - planned);
    terminal.error(`info: Mirroring completed in ${timeText(tookMs)} (${humanSize((sent * 1000) / tookMs)}/s)\n`);
  } finally {
    await registries.close();
  }
}

/** `30ms`, `4.5s` */
function timeText(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${Number((ms / 1000).toFixed(2))}s`;
}
