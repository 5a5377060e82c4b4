/**
 * A client for any registry of the OCI distribution API: finds out how a registry is reached, answers its challenges,
 * reads manifests, tags and blobs, and verifies every digest. It distrusts every server: size, time, redirects and
 * destinations are bounded. It never writes to a registry, never interprets images and never logs.
 */
export { Registries, type RegistriesOptions, type RegistryAccess } from './registries.js';
export { RegistryClient } from './registry-client.js';
export {
  RepositoryClient,
  type BlobRange,
  type BlobStream,
  type FetchedManifest,
  type ManifestHead,
} from './repository-client.js';
export {
  BlobUnknown,
  DigestMismatch,
  MalformedAnswer,
  ManifestUnknown,
  NameUnknown,
  NotARegistry,
  RateLimited,
  RegistryError,
  RegistryTimeout,
  RegistryUnreachable,
  TooLarge,
  UnauthorizedByRegistry,
  UnexpectedAnswer,
} from './errors.js';
export { addressKind, type AddressKind } from './outbound/address-kind.js';
export { createOutboundAgent, type OutboundAgentOptions } from './outbound/outbound-agent.js';
export { BadOutboundRule, OutboundPolicy, OutboundRefused, type OutboundRules } from './outbound/outbound-policy.js';
export { EMPTY_KEYRING, type Credential, type Keyring } from './keyring/credential.js';
export { MalformedPullSecret, type PullSecret } from './keyring/docker-config.js';
export { SecretKeyring } from './keyring/secret-keyring.js';
export { digestOf, isDigest } from './manifest/digest.js';
export { MEDIA_TYPES } from './manifest/media-types.js';
export { DEFAULT_LIMITS, type RegistryLimits } from './transport/limits.js';
export { type RateLimit } from './transport/rate-limit.js';
export { DEFAULT_RETRY, type RetryPolicy } from './transport/retry.js';
