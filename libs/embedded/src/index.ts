/**
 * A real PostgreSQL and a real nats-server as child processes of `npm start` and of tests, and the certificates of a local
 * authority. Not for production: there both run on their own, with replicas and backups.
 */
export { EmbeddedServerError } from './embedded-error.js';
export { ChildServer, type ChildServerOptions, type Exit } from './process/child-server.js';
export { freePort, isPortFree } from './process/free-port.js';
export { commandLineOf, endProcess } from './process/running-process.js';
export { Watchdog } from './process/watchdog.js';
export { databaseUrl, ensureDatabase, type DatabaseServer, type SchemaOwner } from './postgres/database-owners.js';
export { removePostgresPlace } from './postgres/postgres-place.js';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres/start-postgres.js';
export { findNatsServer, findProgram, type NatsBinary } from './nats/find-nats-server.js';
export { type NatsOptions, type NatsPlace, type RunningNats, startNats } from './nats/start-nats.js';
export {
  type CertificateOptions,
  ensureCertificates,
  type LocalCertificates,
} from './certificates/local-certificates.js';
