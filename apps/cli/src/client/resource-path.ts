import type { ApiResource } from './discovery.js';

type Place = Pick<ApiResource, 'group' | 'version' | 'plural' | 'namespaced'>;

/**
 * Path of a collection or, with `name`, of an object. `:` and `@` of tag and image names stay as they are; everything
 * else that a path cannot hold is percent-encoded.
 */
export function resourcePath(
  resource: Place,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const parts = [
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`,
    ...(resource.namespaced && namespace ? ['namespaces', encodeName(namespace)] : []),
    resource.plural,
    ...(name === undefined ? [] : [encodeName(name)]),
    ...(subresource ? [subresource] : []),
  ];
  return parts.join('/');
}

export function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':').replaceAll('%40', '@').replaceAll('%2B', '+');
}
