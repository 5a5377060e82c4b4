import type { KubeObject } from '@faktorz/apimachinery';
import type { TagReference, TagStatus } from '@faktorz/domain';

export const IMAGE_GROUP = 'image.openshift.io';
export const IMAGE_API_VERSION = 'image.openshift.io/v1';

/** Time of the last import written to the stream (RFC 3339, UTC, seconds). */
export const CHECK_ANNOTATION = 'openshift.io/image.dockerRepositoryCheck';

/** An image stream in its API shape. */
export interface ImageStream extends KubeObject {
  spec: {
    lookupPolicy: { local: boolean };
    dockerImageRepository?: string;
    tags?: TagReference[];
  };
  status: {
    dockerImageRepository: string;
    publicDockerImageRepository?: string;
    tags?: TagStatus[];
  };
}
