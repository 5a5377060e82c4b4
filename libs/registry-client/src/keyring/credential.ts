/** What a registry or its token server is shown. Never logged. */
export interface Credential {
  username: string;
  password: string;
  /** An OAuth2 refresh token (`identitytoken` of a Docker configuration); used instead of the password where a token server takes it. */
  identityToken?: string;
}

/** Chooses credentials; see `SecretKeyring`. */
export interface Keyring {
  /** For an image, written `registry/namespace/name` with an optional tag or digest. */
  forImage(image: string): Credential | undefined;
  /** For a token server on another host than the registry of `image`, by its URL. */
  forRealm(realm: URL, image: string): Credential | undefined;
}

/** A keyring without any key. */
export const EMPTY_KEYRING: Keyring = { forImage: () => undefined, forRealm: () => undefined };
