import type { GroupVersionKind } from '@faktorz/apimachinery';

/** API group of the image API. */
export const IMAGE_GROUP = 'image.openshift.io';

/** Its one version. */
export const IMAGE_VERSION = 'v1';

/** `image.openshift.io/v1`. */
export const IMAGE_API_VERSION = `${IMAGE_GROUP}/${IMAGE_VERSION}`;

/** Component name of an image API type, e.g. `com.github.openshift.api.image.v1.ImageStream`. */
export function imageSchemaName(type: string): string {
  return `com.github.openshift.api.image.v1.${type}`;
}

export const CORE_OBJECT_REFERENCE = 'io.k8s.api.core.v1.ObjectReference';
export const CORE_LOCAL_REFERENCE = 'io.k8s.api.core.v1.LocalObjectReference';
export const META_STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
export const META_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
export const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** The kind in the image group. */
export function kindOf(kind: string): GroupVersionKind[] {
  return [{ group: IMAGE_GROUP, kind, version: IMAGE_VERSION }];
}

/** The kind in the image group and, as it began, in the group without a name; clients look schemas up under both. */
export function legacyKindOf(kind: string): GroupVersionKind[] {
  return [{ group: '', kind, version: IMAGE_VERSION }, ...kindOf(kind)];
}
