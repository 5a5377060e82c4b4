/** Nest token of the registry's configuration. */
export const REGISTRY_CONFIG = Symbol('RegistryConfig');
