/** Nest token of the webhooks' `DocumentStorage`. */
export const WEBHOOK_STORAGE = Symbol('WebhookStorage');

/** Nest token of a boolean: nothing is sent, all is made up for on resume. */
export const PAUSED = Symbol('Paused');

/** Nest token of how long a receiver may take to answer, in milliseconds. */
export const ANSWER_TIMEOUT_MS = Symbol('AnswerTimeoutMs');

/** Nest token of where workloads is: URLs of its replicas. */
export const WORKLOADS_URLS = Symbol('WorkloadsUrls');

/** Nest token of where auth is: URLs of its replicas. */
export const AUTH_URLS = Symbol('AuthUrls');

/** Nest token of the clusters' `DocumentStorage`. */
export const CLUSTER_STORAGE = Symbol('ClusterStorage');

/** Nest token of how many days the ledger keeps what is done. */
export const LEDGER_DAYS = Symbol('LedgerDays');

/** Nest token of the integrated registry's names: `RegistryHosts`. */
export const REGISTRY_HOSTS = Symbol('RegistryHosts');
