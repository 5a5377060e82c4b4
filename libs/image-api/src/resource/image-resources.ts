import type { KubeObject, ResourceDefinition, SubresourceDefinition, TableColumn } from '@faktorz/apimachinery';
import { imageSchemas } from '../schema/image-schemas.js';
import { IMAGE_GROUP, IMAGE_VERSION, imageSchemaName } from '../schema/names.js';
import {
  imageColumns,
  imageStreamColumns,
  imageStreamImageColumns,
  imageStreamTagColumns,
  imageTagColumns,
} from './columns.js';

/** What a resource is, without what it does. */
export type ResourceFacts = Omit<ResourceDefinition, 'handlers' | 'subresources'>;
export type SubresourceFacts = Omit<SubresourceDefinition, 'handlers'>;

interface Facts {
  kind: string;
  plural: string;
  namespaced?: boolean;
  stored?: boolean;
  shortNames?: readonly string[];
  categories?: readonly string[];
  hasList?: boolean;
  listHasVersion?: boolean;
  columns?: readonly TableColumn<KubeObject>[];
}

function resource({
  kind,
  plural,
  namespaced = true,
  stored = false,
  hasList = false,
  columns,
  ...rest
}: Facts): ResourceFacts {
  return {
    group: IMAGE_GROUP,
    version: IMAGE_VERSION,
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced,
    stored,
    schema: imageSchemaName(kind),
    ...(hasList && { listSchema: imageSchemaName(`${kind}List`) }),
    schemas: imageSchemas,
    ...(columns && { columns }),
    unknownFieldMessage: (field) =>
      `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    ...rest,
  };
}

/** The resources of `image.openshift.io/v1` by plural. */
export const imageResources = {
  images: resource({
    kind: 'Image',
    plural: 'images',
    namespaced: false,
    stored: true,
    hasList: true,
    columns: imageColumns,
  }),
  imagesignatures: resource({ kind: 'ImageSignature', plural: 'imagesignatures', namespaced: false }),
  imagestreams: resource({
    kind: 'ImageStream',
    plural: 'imagestreams',
    stored: true,
    shortNames: ['is'],
    categories: ['all'],
    hasList: true,
    columns: imageStreamColumns,
  }),
  imagestreamtags: resource({
    kind: 'ImageStreamTag',
    plural: 'imagestreamtags',
    shortNames: ['istag'],
    hasList: true,
    listHasVersion: false,
    columns: imageStreamTagColumns,
  }),
  imagetags: resource({
    kind: 'ImageTag',
    plural: 'imagetags',
    shortNames: ['itag'],
    hasList: true,
    listHasVersion: false,
    columns: imageTagColumns,
  }),
  imagestreamimages: resource({
    kind: 'ImageStreamImage',
    plural: 'imagestreamimages',
    shortNames: ['isimage'],
    columns: imageStreamImageColumns,
  }),
  imagestreamimports: resource({ kind: 'ImageStreamImport', plural: 'imagestreamimports' }),
  imagestreammappings: resource({ kind: 'ImageStreamMapping', plural: 'imagestreammappings' }),
} as const satisfies Record<string, ResourceFacts>;

/** The parts of an image stream that have paths of their own. */
export const imageStreamParts = {
  status: { name: 'status', kind: 'ImageStream', schema: imageSchemaName('ImageStream') },
  layers: { name: 'layers', kind: 'ImageStreamLayers', schema: imageSchemaName('ImageStreamLayers') },
  secrets: { name: 'secrets', kind: 'SecretList', schema: imageSchemaName('SecretList') },
} as const satisfies Record<string, SubresourceFacts>;
