import { fieldOf, kindSchema, structSchema, type SchemaLibrary } from '@faktorz/apimachinery';
import {
  CORE_LOCAL_REFERENCE,
  CORE_OBJECT_REFERENCE,
  imageSchemaName as image,
  legacyKindOf,
  META_STATUS,
} from './names.js';

const importFields = {
  from: fieldOf.part(CORE_OBJECT_REFERENCE, 'What to import; its kind is DockerImage.'),
  importPolicy: fieldOf.part(image('TagImportPolicy'), 'How to import it.'),
  includeManifest: fieldOf.flag('Answer with manifest and config?'),
  referencePolicy: fieldOf.part(image('TagReferencePolicy'), 'Where users of the tag pull from.'),
};

/** The import request and its answer. */
export const imageStreamImportSchemas: SchemaLibrary = {
  [image('ImageImportSpec')]: structSchema(
    'An image to import.',
    {
      ...importFields,
      to: fieldOf.optionalPart(CORE_LOCAL_REFERENCE, 'The tag it goes to; without one it is only looked at.'),
    },
    ['from'],
  ),
  [image('ImageImportStatus')]: structSchema(
    'What became of an image to import.',
    {
      image: fieldOf.optionalPart(image('Image'), 'The image, if it was found.'),
      manifests: fieldOf.listOf(image('Image'), 'Images of a list.'),
      status: fieldOf.part(META_STATUS, 'Success, or what went wrong.'),
      tag: fieldOf.text('Tag the image was found under.'),
    },
    ['status'],
  ),
  [image('ImageStreamImport')]: kindSchema(
    {
      description: 'Fetches images from other registries, and puts them under tags of a stream if asked to.',
      kinds: legacyKindOf('ImageStreamImport'),
      required: ['spec', 'status'],
    },
    {
      spec: fieldOf.part(image('ImageStreamImportSpec'), 'What to import.'),
      status: fieldOf.computed(fieldOf.part(image('ImageStreamImportStatus'), 'What became of it.')),
    },
  ),
  [image('ImageStreamImportSpec')]: structSchema(
    'What to import.',
    {
      images: fieldOf.listOf(image('ImageImportSpec'), 'Single images.'),
      import: fieldOf.requiredFlag('Change the stream, or only look?'),
      repository: fieldOf.optionalPart(image('RepositoryImportSpec'), 'A repository with all its tags.'),
    },
    ['import'],
  ),
  [image('ImageStreamImportStatus')]: structSchema('What became of an import.', {
    images: fieldOf.listOf(image('ImageImportStatus'), 'Of each single image, in the order asked for.'),
    import: fieldOf.optionalPart(image('ImageStream'), 'The stream afterwards.'),
    repository: fieldOf.optionalPart(image('RepositoryImportStatus'), 'Of the repository.'),
  }),
  [image('RepositoryImportSpec')]: structSchema('A repository to import.', importFields, ['from']),
  [image('RepositoryImportStatus')]: structSchema('What became of a repository to import.', {
    additionalTags: fieldOf.texts('Tags that were too many to import.'),
    images: fieldOf.listOf(image('ImageImportStatus'), 'Of each imported tag.'),
    status: fieldOf.part(META_STATUS, 'Success, or what went wrong.'),
  }),
};
