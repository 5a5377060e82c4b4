import type {
  DockerImageReference,
  ImportMode,
  ImportPolicy,
  PlatformPreference,
  ReferencePolicy,
  TagSource,
} from '@faktorz/domain';

/** One image of an import. */
export interface PlannedImage {
  from: TagSource;
  /** Absent when the name is none: then `problem` says why. */
  reference?: DockerImageReference;
  problem?: string;
  /** The tag to write; absent: only report. */
  to?: string;
  importPolicy: ImportPolicy & { importMode: ImportMode };
  referencePolicy: ReferencePolicy;
  /** May certificates and plain HTTP go unverified, for whatever reason? */
  insecure: boolean;
  preferred: PlatformPreference;
  includeManifest: boolean;
  /** Background imports: the generation of the spec tag. */
  generation?: number;
}

/** A whole repository of an import: `reference` has neither tag nor digest. */
export type PlannedRepository = Omit<PlannedImage, 'to' | 'preferred' | 'generation'> & {
  /** Preferences of the tags that exist already. */
  preferredOf(tag: string): PlatformPreference;
};

/** Everything one import of one stream is to fetch. */
export interface ImportPlan {
  images: readonly PlannedImage[];
  repository?: PlannedRepository;
}
