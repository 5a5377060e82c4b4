import { isNotFound } from '../client/api-error.js';
import { IMAGE_STREAM_IMPORTS, IMAGE_STREAMS } from '../client/known-resources.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { describeImage } from '../describe/image.js';
import { describeImageStream } from '../describe/image-stream.js';
import { CommandError } from '../errors.js';
import { readImportMode } from '../images/import-mode.js';
import { type ImportOptions, planImport } from '../images/import-request.js';
import { readImportTarget } from '../images/import-target.js';
import type { ImageStream, ImageStreamImport, ImportedImage } from '../images/image-stream.js';
import { readOutputFormat } from '../printers/output-format.js';
import { ObjectPrinter } from '../printers/print-object.js';
import { OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'import-image IMAGESTREAM[:TAG] [options]',
  description:
    'Import images of an outside registry into an image stream and wait for the result.\n\nWithout --from the source the tag already has is imported again. --confirm allows a new stream.',
  examples: [
    'import-image my-ruby --from=registry.example.com/team/ruby --confirm',
    'import-image my-ruby:2.5',
    'import-image my-ruby --all --from=registry.example.com/team/ruby --confirm',
  ],
  flags: [
    { name: 'from', kind: 'string', usage: 'Image or repository to import from.' },
    { name: 'confirm', kind: 'bool', usage: 'Create the stream, or change where it imports from.' },
    { name: 'all', kind: 'bool', usage: 'Import all tags of the repository.' },
    { name: 'scheduled', kind: 'bool', usage: 'Import again at regular intervals.' },
    { name: 'insecure', kind: 'bool', usage: 'Allow HTTP and unknown certificates.' },
    {
      name: 'reference-policy',
      kind: 'string',
      default: 'source',
      usage: 'Where users of the tag pull from: source or local.',
    },
    {
      name: 'import-mode',
      kind: 'string',
      default: 'Legacy',
      usage: 'Legacy (one image of a list) or PreserveOriginal (the whole list).',
    },
    { name: 'dry-run', kind: 'bool', usage: 'Look at the registry, store nothing.' },
    ...OUTPUT_FLAGS,
  ],
  run: importImage,
};

async function importImage({ args, flags, session, terminal }: Call): Promise<void> {
  const options: ImportOptions = {
    target: args[0] ?? '',
    from: flags.string('from'),
    confirm: flags.bool('confirm'),
    all: flags.bool('all'),
    scheduled: flags.bool('scheduled'),
    insecure: flags.changed('insecure') ? flags.bool('insecure') : undefined,
    referencePolicy: readReferencePolicy(flags.string('reference-policy')),
    importMode: readImportMode(flags.string('import-mode')),
    dryRun: flags.bool('dry-run'),
  };
  const format = readOutputFormat(flags);
  const target = readImportTarget(options.target, options.all);
  const client = await session.client();
  const namespace = await session.namespace();
  const stream = await client
    .get<ImageStream>(resourcePath(IMAGE_STREAMS, namespace, target.name))
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  const planned = planImport(stream, target, options, namespace);
  const path = resourcePath(IMAGE_STREAM_IMPORTS, namespace);
  const result = await client.object<ImageStreamImport>({ method: 'POST', path, body: planned.request });
  const { text, problems } = report(result, planned.stream, options.dryRun, new Date());
  for (const problem of problems) terminal.error(`error: ${problem}\n`);
  if (format.type === 'human') terminal.out(text);
  else terminal.out(new ObjectPrinter(format).print(planned.stream, IMAGE_STREAMS));
  if (hasFailed(result)) throw new CommandError('imported completed with errors');
}

function readReferencePolicy(text: string): 'Source' | 'Local' {
  if (text === 'source') return 'Source';
  if (text === 'local') return 'Local';
  throw new CommandError('valid reference policy values are source or local');
}

/** Only items asked for by name and the repository as a whole make the import a failure. */
function hasFailed({ status }: ImageStreamImport): boolean {
  const failed = (item: { status?: { status?: string } } | undefined) => item?.status?.status === 'Failure';
  return (status?.images ?? []).some(failed) || failed(status?.repository);
}

function report(
  result: ImageStreamImport,
  stream: ImageStream,
  dryRun: boolean,
  now: Date,
): { text: string; problems: string[] } {
  const problems: string[] = [];
  const name = stream.metadata?.name ?? '';
  const outcome = `imported${hasFailed(result) ? ' with errors' : ''}${dryRun ? ' (dry run)' : ''}`;
  let text = `imagestream.image.openshift.io/${name} ${outcome}\n\n`;
  const { import: imported, repository, images } = result.status ?? {};
  if (imported) text += `${describeImageStream(imported, now)}\n`;
  const add = (items: readonly ImportedImage[] | undefined, what: string) => {
    for (const { image, tag, status } of items ?? []) {
      if (image) text += `${describeImage(image, `${name}:${tag}`, now)}\n`;
      else problems.push(`${what} ${tag ?? ''} failed: ${status.message ?? ''}`);
    }
  };
  add(repository?.images, 'repository tag');
  add(images, 'tag');
  const more = repository?.additionalTags ?? [];
  if (more.length > 0) {
    text += `\ninfo: The remote repository contained ${more.length} additional tags which were not imported: ${more.join(', ')}\n`;
  }
  return { text: `${text}\n`, problems };
}
