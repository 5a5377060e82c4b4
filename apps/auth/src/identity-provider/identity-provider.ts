/** Somebody whom a provider knows. */
export interface ProvidedIdentity {
  /** Name the provider has for him; it becomes the name of the user. */
  username: string;
  fullName?: string;
  /** Hash that the password was compared with, where it is kept here: by the time the login is granted it may be another. */
  passwordHash?: string;
}

/**
 * Where names and passwords are checked: one implementation per kind of directory. The first provider that knows the
 * name and the password decides.
 */
export interface IdentityProvider {
  /** Part of the identity's name, `<provider>:<username>`; unique and lasting. */
  readonly name: string;
  /** Are its users those that are kept here already? Else they are made when they first log in. */
  readonly ownsUsers: boolean;
  /**
   * Undefined for a name it does not know and for a wrong password alike, with as much work in both cases. Throws only
   * when it cannot tell (its file is unreadable, its server away).
   */
  authenticate(username: string, password: string): Promise<ProvidedIdentity | undefined>;
}

/** Nest token of the providers in the order in which they are asked. */
export const IDENTITY_PROVIDERS = Symbol('IdentityProviders');
