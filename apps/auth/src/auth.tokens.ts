/** Nest token of auth's configuration. */
export const AUTH_CONFIG = Symbol('AuthConfig');
