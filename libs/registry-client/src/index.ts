/**
 * A client for any registry of the OCI distribution API: finds out how a registry is reached, answers its challenges,
 * reads manifests, tags and blobs, and verifies every digest; copies images into registries. It distrusts every server:
 * size, time, redirects and destinations are bounded. It never interprets images and never logs.
 */
export { Registries, type RegistriesOptions, type RegistryAccess } from './registries.js';
export { RegistryClient } from './registry-client.js';
export type { RegistryAnswer } from './registry-connection.js';
export {
  RepositoryClient,
  type BlobRange,
  type BlobStream,
  type FetchedManifest,
  type ManifestHead,
} from './repository-client.js';
export { RepositoryWriter, type BlobToPush } from './repository-writer.js';
export {
  BlobUnknown,
  DigestMismatch,
  MalformedAnswer,
  ManifestUnknown,
  MirrorsFailed,
  NameUnknown,
  NotARegistry,
  RateLimited,
  RegistryBlocked,
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
export { type HostTrust, readTrust, type TrustByHost, trustKey } from './policy/host-trust.js';
export { fromFirst } from './policy/first-source.js';
export { BadRegistryPolicy, type PolicyDocument, readPolicyDocument } from './policy/policy-document.js';
export { type PolicyListener, RegistryPolicyFile, registryPolicyVariable } from './policy/registry-policy.js';
export { type PullSource, RegistryRules } from './policy/registry-rules.js';
export { accountName } from './keyring/account-name.js';
export { EMPTY_KEYRING, type Credential, type Keyring } from './keyring/credential.js';
export { MalformedPullSecret, type PullSecret } from './keyring/docker-config.js';
export { SecretKeyring } from './keyring/secret-keyring.js';
export { digestOf, isDigest } from './manifest/digest.js';
export { MEDIA_TYPES } from './manifest/media-types.js';
export { digestedBytes, signedFormat, type SignedFormat } from './manifest/signed-manifest.js';
export { DEFAULT_LIMITS, type RegistryLimits } from './transport/limits.js';
export { type RateLimit } from './transport/rate-limit.js';
export { untilAborted } from './transport/until-aborted.js';
export { DEFAULT_RETRY, type RetryPolicy } from './transport/retry.js';
