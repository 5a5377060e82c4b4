import type { TagReference, TagStatus } from '@faktorz/domain';
import type { KubeObject, TableColumn } from '@faktorz/apimachinery';

/** What the columns read of an image stream. */
export interface ShownStream extends KubeObject {
  spec?: { dockerImageRepository?: string };
  status?: { dockerImageRepository?: string; publicDockerImageRepository?: string; tags?: TagStatus[] };
}

/** What the columns read of an image. */
export interface ShownImage {
  metadata?: { name?: string };
  dockerImageReference?: string;
}

/** What the columns read of an imagestreamtag or imagestreamimage. */
export interface ShownStreamImage extends KubeObject {
  image?: ShownImage;
}

/** What the columns read of an imagetag. */
export interface ShownTag extends KubeObject {
  spec?: TagReference | null;
  status?: TagStatus | null;
}

/** A column of a kind; the engine hands it objects of that kind only. */
export function columnOf<T extends KubeObject>(about: {
  name: string;
  type?: TableColumn<KubeObject>['type'];
  description: string;
  wide?: boolean;
  cell: (object: T, now: Date) => string | number | null;
}): TableColumn<KubeObject> {
  const { name, type = 'string', description, wide, cell } = about;
  return { name, type, description, priority: wide ? 1 : 0, cell: (object, now) => cell(object as T, now) };
}
