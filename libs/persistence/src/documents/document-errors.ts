import { ApiError, type StatusDetails } from '@faktorz/apimachinery';

/** Status details of an object; `resource` is plural and group as in the log, e.g. `images.image.openshift.io`. */
function detailsOf(resource: string, name: string): StatusDetails {
  const dot = resource.indexOf('.');
  return dot < 0 ? { name, kind: resource } : { name, group: resource.slice(dot + 1), kind: resource.slice(0, dot) };
}

export function notFound(resource: string, name: string): ApiError {
  return new ApiError('NotFound', `${resource} "${name}" not found`, detailsOf(resource, name));
}

export function alreadyExists(resource: string, name: string): ApiError {
  return new ApiError('AlreadyExists', `${resource} "${name}" already exists`, detailsOf(resource, name));
}

/** The object is not at the version the write was made for. */
export function outdated(resource: string, name: string): ApiError {
  return conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** The object of this name is another one than the write was made for. */
export function otherUid(resource: string, name: string, expected: string, found: string): ApiError {
  return conflict(
    resource,
    name,
    `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${found}`,
  );
}

function conflict(resource: string, name: string, why: string): ApiError {
  return new ApiError(
    'Conflict',
    `Operation cannot be fulfilled on ${resource} "${name}": ${why}`,
    detailsOf(resource, name),
  );
}
