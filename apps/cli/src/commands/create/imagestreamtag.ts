import { parseImageReference } from '@faktorz/domain';
import { IMAGE_STREAM_TAGS } from '../../client/known-resources.js';
import type { Call, Command } from '../../command.js';
import { CommandError } from '../../errors.js';
import { IMAGE_API } from '../../images/image-stream.js';
import { nameString } from '../../images/tag-source.js';
import { CREATE_FLAGS, createObject, requireName } from './create-object.js';

export const command: Command = {
  usage: 'create imagestreamtag NAME:TAG --from-image=IMAGE | --from=STREAM:TAG [options]',
  description: 'Create a tag of an image stream; the stream too where it is missing.',
  examples: [
    'create imagestreamtag mysql:latest --from-image=registry.example.com/team/mysql:latest',
    'create imagestreamtag mysql:stable --from=mysql:latest',
    'create imagestreamtag mysql:old --from=:stable',
  ],
  flags: [
    ...CREATE_FLAGS,
    { name: 'from', kind: 'string', usage: 'Tag or image of a stream to copy.' },
    { name: 'from-image', kind: 'string', usage: 'Image of an outside registry to import.' },
    {
      name: 'annotation',
      short: 'A',
      kind: 'list',
      usage: 'Annotation of the tag, name=value; may be given more than once.',
    },
    { name: 'scheduled', kind: 'bool', usage: 'Import again at regular intervals.' },
    { name: 'insecure', kind: 'bool', usage: 'Allow HTTP and unknown certificates.' },
    { name: 'reference', kind: 'bool', usage: 'Keep the location only; import nothing.' },
    { name: 'reference-policy', kind: 'string', usage: 'Where users of the tag pull from: source or local.' },
  ],
  run: async (call) => {
    const { flags } = call;
    // The API refuses a tag whose own annotations differ from those of its metadata.
    const annotations = readAnnotations(flags.all('annotation'));
    return createObject(call, IMAGE_STREAM_TAGS, {
      kind: 'ImageStreamTag',
      apiVersion: IMAGE_API,
      metadata: { name: requireName(call), annotations },
      tag: {
        name: '',
        annotations,
        from: readSource(call, requireName(call)),
        generation: null,
        reference: flags.bool('reference') || undefined,
        importPolicy: {
          insecure: flags.bool('insecure') || undefined,
          scheduled: flags.bool('scheduled') || undefined,
        },
        referencePolicy: { type: readPolicy(flags.string('reference-policy')) },
      },
      generation: 0,
      lookupPolicy: { local: false },
      image: { metadata: {}, dockerImageMetadata: null },
    });
  },
};

function readSource({ flags }: Call, name: string): object | undefined {
  const [from, image] = [flags.string('from'), flags.string('from-image')];
  if (from && image) throw new CommandError('--from and --from-image may not be used together');
  if (image) return { kind: 'DockerImage', name: image };
  if (!from) return undefined;
  // `:tag` is a tag of the same stream.
  const reference = parseFrom(from.startsWith(':') ? `${name.split(':')[0]}${from}` : from);
  if (reference.registry !== '') throw new CommandError('Invalid --from, registry may not be specified');
  const kind = reference.id !== '' ? 'ImageStreamImage' : 'ImageStreamTag';
  if (reference.id === '' && reference.tag === '') {
    throw new CommandError(
      'Invalid --from, must be a valid image stream tag or image stream image: a tag or an id is missing',
    );
  }
  return { kind, name: nameString(reference), namespace: reference.namespace || undefined };
}

function parseFrom(from: string) {
  try {
    return parseImageReference(from);
  } catch (error) {
    throw new CommandError(
      `Invalid --from, must be a valid image stream tag or image stream image: ${(error as Error).message}`,
      1,
      { cause: error },
    );
  }
}

function readAnnotations(pairs: readonly string[]): Record<string, string> {
  const annotations: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw new CommandError('annotations must be of the form name=value');
    annotations[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return annotations;
}

function readPolicy(text: string): '' | 'Source' | 'Local' {
  switch (text.toLowerCase()) {
    case '':
      return '';
    case 'source':
      return 'Source';
    case 'local':
      return 'Local';
    default:
      throw new CommandError('valid values for --reference-policy are: source, local');
  }
}
