import { ApiError, forbidden } from '@faktorz/apimachinery';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';

/** A limit range or a quota of the namespace does not allow this. */
export class LimitExceeded extends ApiError {
  constructor(resource: 'imagestreams' | 'imagestreammappings', name: string, detail: string) {
    const { reason, message, details } = forbidden(resource, IMAGE_GROUP, name, detail);
    super(reason, message, details);
  }
}
