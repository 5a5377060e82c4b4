import { fieldOf, kindSchema, listSchema, type SchemaLibrary } from '@faktorz/apimachinery';
import { imageSchemaName as image, kindOf, legacyKindOf } from './names.js';

const required = ['tag', 'generation', 'lookupPolicy', 'image'];

/** Views of one tag or one image of a stream, the mapping pushes arrive by, and the secrets a stream is imported with. */
export const tagViewSchemas: SchemaLibrary = {
  [image('ImageStreamImage')]: kindSchema(
    { description: 'An image of a stream, by digest.', kinds: legacyKindOf('ImageStreamImage'), required: ['image'] },
    { image: fieldOf.part(image('Image'), 'The image.') },
  ),
  [image('ImageStreamMapping')]: kindSchema(
    {
      description: 'Puts an image under a tag of a stream.',
      kinds: legacyKindOf('ImageStreamMapping'),
      required: ['image', 'tag'],
    },
    {
      image: fieldOf.part(image('Image'), 'The image.'),
      tag: fieldOf.requiredText('The tag.'),
    },
  ),
  [image('ImageStreamTag')]: kindSchema(
    { description: 'A tag of a stream with its present image.', kinds: legacyKindOf('ImageStreamTag'), required },
    {
      conditions: fieldOf.listOf(image('TagEventCondition'), 'What went wrong with the newest import.'),
      generation: fieldOf.requiredNumber('Generation of the image shown.'),
      image: fieldOf.part(image('Image'), 'The image.'),
      lookupPolicy: fieldOf.part(image('ImageLookupPolicy'), 'How other objects may name the image.'),
      tag: fieldOf.orNull(
        fieldOf.optionalPart(image('TagReference'), 'The tag as it is wanted; null when it was only pushed.'),
      ),
    },
  ),
  [image('ImageStreamTagList')]: listSchema(
    'Tags with their images.',
    image('ImageStreamTag'),
    legacyKindOf('ImageStreamTagList'),
  ),
  [image('ImageTag')]: kindSchema(
    {
      description: 'A tag of a stream: as wanted, as it is, and its image.',
      kinds: kindOf('ImageTag'),
      required: ['spec', 'status', 'image'],
    },
    {
      image: fieldOf.orNull(fieldOf.optionalPart(image('Image'), 'The present image; null in lists.')),
      spec: fieldOf.orNull(
        fieldOf.optionalPart(image('TagReference'), 'The tag as it is wanted; null when it was only pushed.'),
      ),
      status: fieldOf.orNull(
        fieldOf.optionalPart(image('NamedTagEventList'), 'Its history; null when it never had an image.'),
      ),
    },
  ),
  [image('ImageTagList')]: listSchema('Tags.', image('ImageTag'), kindOf('ImageTagList')),
  [image('SecretList')]: listSchema(
    'Secrets the images of a namespace are pulled with.',
    'io.k8s.api.core.v1.Secret',
    kindOf('SecretList'),
  ),
};
