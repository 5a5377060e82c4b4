/** Nest token of the webhooks' `DocumentStorage`. */
export const WEBHOOK_STORAGE = Symbol('WebhookStorage');

/** Nest token of a boolean: nothing is sent, all is made up for on resume. */
export const PAUSED = Symbol('Paused');

/** Nest token of how long a receiver may take to answer, in milliseconds. */
export const ANSWER_TIMEOUT_MS = Symbol('AnswerTimeoutMs');
