/**
 * The policy for outside registries alone, for services that never ask one: it loads no HTTP client. Everything here is
 * also at the library's main door.
 */
export { type PolicyListener, RegistryPolicyFile, registryPolicyVariable } from './registry-policy.js';
export { RegistryRules } from './registry-rules.js';
