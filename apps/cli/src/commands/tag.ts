import { exactReference, parseImageReference } from '@faktorz/domain';
import type { ApiClient } from '../client/api-client.js';
import { IMAGE_STREAMS } from '../client/known-resources.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, UsageError } from '../errors.js';
import { type ImageStream, statusTag } from '../images/image-stream.js';
import { readImportMode } from '../images/import-mode.js';
import { retryOnConflict } from '../resources/retry-on-conflict.js';
import { type Destination, readDestination, requireTagName, splitDestination } from '../images/tag-destination.js';
import { tagMessage, type TagOptions, tagRequest } from '../images/tag-request.js';
import { readTagSource, type TagSource } from '../images/tag-source.js';
import { deleteTag, setTag } from '../images/write-tag.js';

export const command: Command = {
  usage: 'tag [--source=SOURCETYPE] SOURCE DEST [DEST ...] [options]',
  description:
    'Point tags of image streams at an image: one of another stream, of an outside registry, or the one another tag points at now.\n\nBy default the image the source means now is kept; --alias follows the source, --scheduled looks at an outside registry again and again. With -d tags are removed.',
  examples: [
    'tag ruby:2.0 ruby:static-2.0                     # keep what ruby:2.0 is now',
    'tag --alias=true ruby:2.0 ruby:latest            # follow ruby:2.0',
    'tag --scheduled=true registry.example.com/team/ruby:2.5 ruby:2.5',
    'tag -d ruby:latest',
  ],
  flags: [
    {
      name: 'source',
      kind: 'string',
      usage: 'What SOURCE is: imagestreamtag (istag), imagestreamimage (isimage) or docker.',
    },
    { name: 'delete', short: 'd', kind: 'bool', usage: 'Remove the tags named.' },
    { name: 'alias', kind: 'bool', usage: 'Follow the source tag, which must be of the same stream.' },
    {
      name: 'reference',
      kind: 'bool',
      usage: "Keep the location of the source; its image is not brought into this stream's repository.",
    },
    { name: 'scheduled', kind: 'bool', usage: 'Import again at regular intervals.' },
    { name: 'insecure', kind: 'bool', usage: 'Allow HTTP and unknown certificates for the import.' },
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
  ],
  run: tag,
};

async function tag(call: Call): Promise<void> {
  const { args, flags, session, terminal } = call;
  if (args.length === 0) {
    throw new UsageError('you must specify a source and at least one destination or one or more tags to delete');
  }
  const namespace = await session.namespace();
  const client = await session.client();
  if (flags.bool('delete')) {
    const destinations = args.map((argument) => readDestination(argument, namespace));
    checkDeleteFlags(call);
    for (const destination of destinations) terminal.out(await retryOnConflict(() => deleteTag(client, destination)));
    return;
  }
  const options = readOptions(call);
  const source = await findSource(client, call, options, namespace);
  const destinations = args.slice(1).map((argument) => readDestination(argument, namespace));
  check(call, source, destinations, options, namespace);
  for (const destination of destinations) {
    requireTagName(splitDestination(destination).tag);
    const request = tagRequest(source, destination, options, namespace);
    await retryOnConflict(() => setTag(client, destination, request));
    terminal.out(`${tagMessage(source, destination, options, namespace)}\n`);
  }
}

function readOptions({ flags }: Call): TagOptions {
  return {
    alias: flags.bool('alias'),
    reference: flags.bool('reference'),
    scheduled: flags.bool('scheduled'),
    insecure: flags.bool('insecure'),
    referencePolicy: flags.string('reference-policy') === 'local' ? 'Local' : 'Source',
    importMode: readImportMode(flags.string('import-mode')),
  };
}

/** Unless the tag is to follow its source, what the source means now is looked up. */
async function findSource(
  client: ApiClient,
  { args, flags }: Call,
  options: TagOptions,
  namespace: string,
): Promise<TagSource> {
  const written = args[0] as string;
  const source = readTagSource(written, flags.string('source'));
  if (source.kind !== 'ImageStreamTag' || options.alias) return source;
  const { reference } = source;
  const stream = await client.get<ImageStream>(
    resourcePath(IMAGE_STREAMS, reference.namespace || namespace, reference.name),
  );
  const newest = statusTag(stream, reference.tag)?.items?.[0];
  if (!newest) {
    throw new CommandError(`"${written}" is not currently pointing to an image, cannot use it as the source of a tag`);
  }
  if (newest.image) return { kind: 'ImageStreamImage', reference: { ...reference, id: newest.image, tag: '' } };
  try {
    return { kind: 'DockerImage', reference: parseImageReference(newest.dockerImageReference) };
  } catch (error) {
    throw new CommandError(
      `the image stream tag "${written}" has an invalid pull spec and cannot be used to tag: ${(error as Error).message}`,
      1,
      { cause: error },
    );
  }
}

function checkDeleteFlags({ flags }: Call): void {
  if (flags.bool('alias')) throw new CommandError('--alias and --delete may not be both specified');
  checkReferencePolicy(flags.string('reference-policy'));
  if (flags.changed('source')) throw new CommandError('cannot specify a source kind when deleting');
  if (flags.bool('scheduled') || flags.bool('insecure')) {
    throw new CommandError('cannot set flags for importing images when deleting a tag');
  }
  if (flags.changed('import-mode')) throw new CommandError('cannot specify an import mode when deleting');
}

function checkReferencePolicy(policy: string): void {
  if (policy !== 'source' && policy !== 'local') {
    throw new CommandError("reference policy must be set to 'source' or 'local'");
  }
}

function check(
  { flags }: Call,
  source: TagSource,
  destinations: readonly Destination[],
  options: TagOptions,
  namespace: string,
): void {
  checkReferencePolicy(flags.string('reference-policy'));
  if (exactReference(source.reference) === '' && source.reference.registry === '')
    throw new CommandError('a source is required');
  if (destinations.length === 0) throw new CommandError('at least a destination is required');
  const importing = options.scheduled || options.insecure;
  if (source.kind !== 'DockerImage' && importing)
    throw new CommandError('only container images can have importing flags set');
  if (!options.alias) return;
  if (importing) throw new CommandError('cannot set a container image tag as an alias and also set import flags');
  const elsewhere = destinations.some(
    (destination) =>
      destination.namespace !== namespace || splitDestination(destination).stream !== source.reference.name,
  );
  const foreign =
    source.reference.registry !== '' || (source.reference.namespace !== '' && source.reference.namespace !== namespace);
  if (elsewhere || foreign) throw new CommandError('cannot set alias across different Image Streams');
}
