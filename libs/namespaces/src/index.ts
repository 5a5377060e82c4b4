/**
 * What an owner of namespaced objects does about namespaces: it remembers which there are, refuses writes into those
 * that are missing or going away, empties those that terminate and tells auth so; and it knows what
 * their limits allow of images. Namespaces themselves are auth's; this lib never makes or deletes one.
 */
export { NAMESPACE_TABLES, NAMESPACE_TABLES_DOWN } from './namespace-tables.js';
export { NamespaceGate } from './namespace-gate.js';
export { NamespaceLimits } from './namespace-limits.js';
export { NAMESPACE_CONTENTS, type NamespaceContents } from './namespace-contents.js';
export { namespaceProviders } from './namespace-providers.js';
