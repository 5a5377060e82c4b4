import { fieldOf, kindSchema, listSchema, structSchema, type SchemaLibrary } from '@faktorz/apimachinery';
import { CORE_OBJECT_REFERENCE, imageSchemaName as image, kindOf, legacyKindOf, META_TIME } from './names.js';

/** `spec.tags` and what it is made of. */
const tagSchemas: SchemaLibrary = {
  [image('TagImportPolicy')]: structSchema('How a tag is imported.', {
    importMode: fieldOf.text('Legacy (one image of a list) or PreserveOriginal (the list with all its images).'),
    insecure: fieldOf.flag('May the registry be spoken to over HTTP, or with a certificate nobody vouches for?'),
    scheduled: fieldOf.flag('Is the source checked again and again?'),
  }),
  [image('TagReference')]: structSchema(
    'A tag as it is wanted: where its image comes from.',
    {
      annotations: fieldOf.orNull(fieldOf.textMap('Notes about the tag, shown with its image.')),
      from: fieldOf.optionalPart(
        CORE_OBJECT_REFERENCE,
        'Source: a DockerImage, an ImageStreamTag or an ImageStreamImage.',
      ),
      generation: fieldOf.orNull(
        fieldOf.optionalNumber('Generation of the stream at which the tag changed; 0 asks for an import.'),
      ),
      importPolicy: fieldOf.part(image('TagImportPolicy'), 'How the image is imported.'),
      name: fieldOf.requiredText('Name of the tag.'),
      reference: fieldOf.flag('Only point at the source, without importing it?'),
      referencePolicy: fieldOf.part(image('TagReferencePolicy'), 'Where users of the tag pull from.'),
    },
    ['name'],
  ),
  [image('TagReferencePolicy')]: structSchema(
    'Where users of a tag pull from.',
    { type: fieldOf.requiredText('Source: the original registry. Local: the integrated registry.') },
    ['type'],
  ),
};

/** `status.tags` and what it is made of. */
const historySchemas: SchemaLibrary = {
  [image('NamedTagEventList')]: structSchema(
    'The history of a tag.',
    {
      conditions: fieldOf.listOf(image('TagEventCondition'), 'What went wrong with the newest import.'),
      items: fieldOf.requiredListOf(image('TagEvent'), 'Images the tag has pointed at, newest first.'),
      tag: fieldOf.requiredText('Name of the tag.'),
    },
    ['tag', 'items'],
  ),
  [image('TagEvent')]: structSchema(
    'An image a tag has pointed at.',
    {
      created: fieldOf.optionalPart(META_TIME, 'When the tag began to point at it.'),
      dockerImageReference: fieldOf.requiredText('Where the image can be pulled from.'),
      generation: fieldOf.requiredNumber('Generation of the tag that led here.'),
      image: fieldOf.requiredText('Name of the Image.'),
    },
    ['created', 'dockerImageReference', 'image', 'generation'],
  ),
  [image('TagEventCondition')]: structSchema(
    'A condition of a tag.',
    {
      generation: fieldOf.requiredNumber('Generation of the tag it is about.'),
      lastTransitionTime: fieldOf.optionalPart(META_TIME, 'When the status changed.'),
      message: fieldOf.text('In words.'),
      reason: fieldOf.text('In one word.'),
      status: fieldOf.requiredText('True, False or Unknown.'),
      type: fieldOf.requiredText('ImportSuccess.'),
    },
    ['type', 'status', 'generation'],
  ),
};

const layerSchemas: SchemaLibrary = {
  [image('ImageBlobReferences')]: structSchema('Blobs an image is made of.', {
    config: fieldOf.orNull(fieldOf.text('Digest of the config blob.')),
    imageMissing: fieldOf.requiredFlag('Is the Image gone, although the stream names it?'),
    layers: fieldOf.orNull(fieldOf.texts('Digests of the layers, base first.')),
    manifests: fieldOf.texts('Images of a list.'),
  }),
  [image('ImageLayerData')]: structSchema(
    'What is known about a blob.',
    {
      mediaType: fieldOf.requiredText('Its media type.'),
      size: fieldOf.orNull(fieldOf.optionalNumber('Its size in bytes, where known.')),
    },
    ['size', 'mediaType'],
  ),
  [image('ImageStreamLayers')]: kindSchema(
    {
      description: 'Every blob the images of a stream need.',
      kinds: kindOf('ImageStreamLayers'),
      required: ['blobs', 'images'],
    },
    {
      blobs: fieldOf.mapOf(image('ImageLayerData'), 'Blobs by digest.'),
      images: fieldOf.mapOf(image('ImageBlobReferences'), 'Images by name.'),
    },
  ),
};

/** Image streams, their tags and histories, and the layers view. */
export const imageStreamSchemas: SchemaLibrary = {
  ...tagSchemas,
  ...historySchemas,
  ...layerSchemas,
  [image('ImageLookupPolicy')]: structSchema(
    'May other objects name the images by the short name of the stream?',
    { local: fieldOf.requiredFlag('In the same namespace.') },
    ['local'],
  ),
  [image('ImageStream')]: kindSchema(
    {
      description: 'Tags that point at images, and the history of where they pointed.',
      kinds: legacyKindOf('ImageStream'),
    },
    {
      spec: fieldOf.part(image('ImageStreamSpec'), 'The tags as they are wanted.'),
      status: fieldOf.computed(fieldOf.part(image('ImageStreamStatus'), 'The tags as they are.')),
    },
  ),
  [image('ImageStreamList')]: listSchema('Image streams.', image('ImageStream'), legacyKindOf('ImageStreamList')),
  [image('ImageStreamSpec')]: structSchema('A stream as it is wanted.', {
    dockerImageRepository: fieldOf.text(
      'Repository whose tags are all imported. Deprecated: name a source in each tag.',
    ),
    lookupPolicy: fieldOf.part(image('ImageLookupPolicy'), 'How other objects may name the images.'),
    tags: fieldOf.mergedBy('name', fieldOf.listOf(image('TagReference'), 'Tags with the source of each.')),
  }),
  [image('ImageStreamStatus')]: structSchema('A stream as it is.', {
    dockerImageRepository: fieldOf.requiredText('Where the stream can be pulled from, inside.'),
    publicDockerImageRepository: fieldOf.text('Where it can be pulled from, outside.'),
    tags: fieldOf.mergedBy('tag', fieldOf.listOf(image('NamedTagEventList'), 'The history of each tag.')),
  }),
};
