export interface ImageTrigger {
  auto: boolean;
  /** `stream:tag`. */
  from: string;
  /** '' for the object's own. */
  namespace: string;
  /** Containers that get the image; none for a build. */
  names: string[];
}

/** A call from outside that starts a build. */
export interface WebHook {
  type: 'Generic' | 'GitHub' | 'GitLab' | 'Bitbucket';
  hook: { secret?: string; secretReference?: { name: string }; allowEnv?: boolean };
}

/** What updates an object by itself. */
export interface Triggers {
  /** Does a change of its configuration roll it out? */
  config: boolean;
  images: ImageTrigger[];
  webHooks: WebHook[];
}
