/**
 * Real servers for tests: PostgreSQL, nats-server, registries and the whole system, each with data of its own, and a
 * way to wait for conditions. Only tests import it; nothing here stands in for our own code.
 */
export { startTestPostgres, type TestDatabase, type TestPostgres } from './postgres/test-postgres.js';
export { startTestNats, type TestNats } from './nats/test-nats.js';
export { startSystem, type SystemOptions, type TestSystem } from './system/test-system.js';
export { eventually } from './wait/eventually.js';
export {
  BASIC_USER,
  DockerRegistry,
  type DockerRegistryOptions,
  type RegistryAuth,
} from './registry/docker-registry.js';
export { TokenServer, type TokenServerOptions } from './registry/token-server.js';
export { selfSigned, type KeyedCertificate } from './certificates/self-signed.js';
export { deleteManifest, pushImage } from './registry/push-image.js';
export {
  type Answer,
  cutShort,
  drip,
  endless,
  guard,
  redirect,
  reply,
  ScriptedRegistry,
  type SeenRequest,
  sha256Digest,
  silence,
  tokenServer,
} from './registry/scripted-registry.js';
export { tarLayer } from './registry/tar-layer.js';
export {
  type ImageForm,
  imageList,
  randomImage,
  rawManifest,
  type TestBlob,
  type TestImage,
  type TestImageOptions,
} from './registry/test-image.js';
