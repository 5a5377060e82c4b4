import { coreSchemas, metaSchemas, referenceSchemas, type SchemaLibrary } from '@faktorz/apimachinery';
import { imageObjectSchemas } from './image.schema.js';
import { imageStreamImportSchemas } from './image-stream-import.schema.js';
import { imageStreamSchemas } from './image-stream.schema.js';
import { tagViewSchemas } from './tag-view.schema.js';

const SECRET = 'io.k8s.api.core.v1.Secret';

/** Every schema of `image.openshift.io/v1` and all they refer to, by component name. */
export const imageSchemas: SchemaLibrary = {
  ...metaSchemas,
  ...referenceSchemas,
  [SECRET]: coreSchemas[SECRET] ?? {},
  ...imageObjectSchemas,
  ...imageStreamSchemas,
  ...tagViewSchemas,
  ...imageStreamImportSchemas,
};
