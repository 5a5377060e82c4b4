import type { KubeObject } from '@faktorz/apimachinery';
import type { Image, ImportPolicy, ImportStatus, ReferencePolicy, TagSource } from '@faktorz/domain';

/** `spec.images[]` in its API shape, defaults applied. */
export interface ImageImportSpec {
  from: TagSource;
  to?: { name: string };
  importPolicy: ImportPolicy;
  referencePolicy: ReferencePolicy;
  includeManifest?: boolean;
}

/** `spec.repository`. */
export type RepositoryImportSpec = Omit<ImageImportSpec, 'to'>;

export interface ImageImportStatus {
  status: ImportStatus;
  image?: Image;
  tag?: string;
  manifests?: Image[];
}

export interface RepositoryImportStatus {
  status: ImportStatus;
  images?: ImageImportStatus[];
  additionalTags?: string[];
}

/** A request to import images into a stream, and what came of it (contract: import, §1). Never stored. */
export interface ImageStreamImport extends KubeObject {
  spec: { import: boolean; repository?: RepositoryImportSpec; images?: ImageImportSpec[] };
  status: {
    /** The stream as it is afterwards, without kind and apiVersion; absent for a dry run. */
    import?: object;
    repository?: RepositoryImportStatus;
    images?: ImageImportStatus[];
  };
}
