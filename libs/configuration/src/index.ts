/**
 * Typed configuration out of environment variables: one schema per app says what it reads, one error names all that is
 * wrong, one table documents it. Nothing here looks for variables by itself; `main.ts` hands them in.
 */
export { ConfigError, type Environment, readConfig } from './read-config.js';
export { configurationTable } from './configuration-table.js';
export { flag, portNumber, serviceUrls } from './variable-types.js';
