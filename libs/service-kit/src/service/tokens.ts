/** Nest token of the service's name, e.g. `tag-tracker`: its database schema, NATS user and identity audience follow from it. */
export const SERVICE_NAME = Symbol('ServiceName');

/** Nest token of the service's parsed configuration. */
export const SERVICE_CONFIG = Symbol('ServiceConfig');

/** Nest token of the `ResourceDefinition[]` a service serves as Kubernetes-style API; absent when it serves none. */
export const API_RESOURCES = Symbol('ApiResources');

/** Nest token of the `ApiHooks` of a service: its own authorization and namespace checks. Optional. */
export const API_HOOKS = Symbol('ApiHooks');
