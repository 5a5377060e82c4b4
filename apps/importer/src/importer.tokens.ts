/** Nest token of the importer's parsed configuration. */
export const IMPORTER_CONFIG = Symbol('ImporterConfig');

/** Nest token of the `FetchTools`: connections to registries and their limits. */
export const FETCH_TOOLS = Symbol('FetchTools');
