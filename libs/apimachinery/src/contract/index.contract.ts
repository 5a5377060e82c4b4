/**
 * The suite that any served resource has to pass. For tests only: it needs Jest, and nothing of it runs in a service.
 */
export { restContract } from './rest.contract.js';
export type { RestAnswer, RestInit, RestSubject } from './rest-subject.contract.js';
