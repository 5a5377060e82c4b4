import { fieldOf, kindSchema, listSchema, structSchema, type SchemaLibrary } from '@faktorz/apimachinery';
import { imageSchemaName as image, legacyKindOf, META_TIME, RAW_EXTENSION } from './names.js';

const imageFields = {
  dockerImageConfig: fieldOf.text('The config blob as JSON text; empty for a list of manifests.'),
  dockerImageLayers: fieldOf.listOf(image('ImageLayer'), 'Layers, base first; empty for a list of manifests.'),
  dockerImageManifest: fieldOf.text('The manifest as JSON text.'),
  dockerImageManifestMediaType: fieldOf.text('Media type of the manifest.'),
  dockerImageManifests: fieldOf.listOf(image('ImageManifest'), 'Manifests of a list; such an image has no layers.'),
  dockerImageMetadata: {
    ...fieldOf.optionalPart(RAW_EXTENSION, 'What the config says: command, environment, architecture, size.'),
    'x-kubernetes-patch-strategy': 'replace',
  },
  dockerImageMetadataVersion: fieldOf.text('Version of dockerImageMetadata, 1.0.'),
  dockerImageReference: fieldOf.text('Where the image can be pulled from.'),
  dockerImageSignatures: {
    type: 'array',
    description: 'Signatures of schema 1 manifests, as opaque bytes.',
    items: { type: 'string', format: 'byte' },
    'x-faktorz-empty': 'omit',
  },
  signatures: fieldOf.mergedBy('name', fieldOf.listOf(image('ImageSignature'), 'Signatures of the image.')),
} as const;

const signatureFields = {
  conditions: fieldOf.mergedBy(
    'type',
    fieldOf.listOf(image('SignatureCondition'), 'What is known about the signature.'),
  ),
  content: fieldOf.bytes('The signature, base64.'),
  created: fieldOf.optionalPart(META_TIME, 'When it was signed.'),
  imageIdentity: fieldOf.text('What the signature calls the image.'),
  issuedBy: fieldOf.optionalPart(image('SignatureIssuer'), 'Who issued the certificate or key.'),
  issuedTo: fieldOf.optionalPart(image('SignatureSubject'), 'Who signed.'),
  signedClaims: fieldOf.textMap('Claims of the signature.'),
  type: fieldOf.requiredText('Kind of signature.'),
};

const entity = {
  commonName: fieldOf.text('Common name.'),
  organization: fieldOf.text('Organization.'),
};

/** Images, their parts and their signatures. */
export const imageObjectSchemas: SchemaLibrary = {
  [image('Image')]: kindSchema(
    { description: 'An immutable image, named by its digest.', kinds: legacyKindOf('Image') },
    imageFields,
  ),
  [image('ImageLayer')]: structSchema(
    'A layer of an image.',
    {
      mediaType: fieldOf.requiredText('Media type of the blob.'),
      name: fieldOf.requiredText('Digest of the blob.'),
      size: fieldOf.requiredNumber('Size of the blob in bytes.'),
    },
    ['name', 'size', 'mediaType'],
  ),
  [image('ImageList')]: listSchema('Images.', image('Image'), legacyKindOf('ImageList')),
  [image('ImageManifest')]: structSchema(
    'A manifest in a list of manifests.',
    {
      architecture: fieldOf.requiredText('CPU architecture, such as amd64.'),
      digest: fieldOf.requiredText('Digest of the manifest, which names an Image.'),
      manifestSize: fieldOf.requiredNumber('Size of the manifest in bytes.'),
      mediaType: fieldOf.requiredText('Media type of the manifest.'),
      os: fieldOf.requiredText('Operating system, such as linux.'),
      variant: fieldOf.text('Variant of the architecture, such as v7.'),
    },
    ['digest', 'mediaType', 'manifestSize', 'architecture', 'os'],
  ),
  [image('ImageSignature')]: kindSchema(
    { description: 'A signature of an image.', kinds: legacyKindOf('ImageSignature'), required: ['type', 'content'] },
    signatureFields,
  ),
  [image('SignatureCondition')]: structSchema(
    'What is known about a signature.',
    {
      lastProbeTime: fieldOf.optionalPart(META_TIME, 'When it was looked at last.'),
      lastTransitionTime: fieldOf.optionalPart(META_TIME, 'When the status changed.'),
      message: fieldOf.text('In words.'),
      reason: fieldOf.text('In one word.'),
      status: fieldOf.requiredText('True, False or Unknown.'),
      type: fieldOf.requiredText('Which condition.'),
    },
    ['type', 'status'],
  ),
  [image('SignatureIssuer')]: structSchema('Who issued a signing certificate or key.', entity),
  [image('SignatureSubject')]: structSchema(
    'Who signed.',
    { ...entity, publicKeyID: fieldOf.requiredText('Id of the public key that checks the signature.') },
    ['publicKeyID'],
  ),
};
