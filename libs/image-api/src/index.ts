/**
 * The shapes of `image.openshift.io/v1`: schemas, names of kinds and resources, table columns. Shared by the services
 * that serve parts of the group. It holds no rule of how tags move and stores nothing.
 */
export { imageSchemas } from './schema/image-schemas.js';
export { IMAGE_API_VERSION, IMAGE_GROUP, IMAGE_VERSION, imageSchemaName } from './schema/names.js';
export {
  imageResources,
  imageStreamParts,
  type ResourceFacts,
  type SubresourceFacts,
} from './resource/image-resources.js';
