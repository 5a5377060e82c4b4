import { ApiError, type SubresourceDefinition } from '@faktorz/apimachinery';
import type { BuildRequest } from '../openshift/build.types.js';
import type { Builds } from './builds.js';

const REQUEST = 'com.github.openshift.api.build.v1.BuildRequest';

/** POST buildconfigs/NAME/instantiate. */
export function instantiateBuildConfig(builds: Builds): SubresourceDefinition {
  return {
    name: 'instantiate',
    kind: 'BuildRequest',
    schema: REQUEST,
    handlers: { create: (request, context) => builds.instantiate(request as BuildRequest, context) },
  };
}

/** POST buildconfigs/NAME/instantiatebinary: refused, since nothing here could build what is sent. */
export const refusedBinary: SubresourceDefinition = {
  name: 'instantiatebinary',
  kind: 'BinaryBuildRequestOptions',
  schema: 'com.github.openshift.api.build.v1.BinaryBuildRequestOptions',
  handlers: {
    create: () => {
      const message =
        'builds are kept here, not run: a binary source has nowhere to go; use buildconfigs/NAME/instantiate';
      return Promise.reject(new ApiError('MethodNotAllowed', message));
    },
  },
};

/** POST builds/NAME/clone. */
export function cloneBuild(builds: Builds): SubresourceDefinition {
  return {
    name: 'clone',
    kind: 'BuildRequest',
    schema: REQUEST,
    handlers: { create: (request, context) => builds.clone(request as BuildRequest, context) },
  };
}
