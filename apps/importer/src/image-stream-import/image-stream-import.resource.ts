import type { ResourceDefinition } from '@faktorz/apimachinery';
import { imageResources } from '@faktorz/image-api';
import type { ImportRequestService } from './import-request.service.js';
import type { ImageStreamImport } from './image-stream-import.js';

/** `imagestreamimports`: create only, never stored. */
export function imageStreamImportResource(service: ImportRequestService): ResourceDefinition {
  return {
    ...imageResources.imagestreamimports,
    handlers: { create: (object, context) => service.create(object as ImageStreamImport, context) },
  };
}
