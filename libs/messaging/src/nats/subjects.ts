/** JetStream's stream of all events. */
export const EVENT_STREAM = 'faktorz-events';

/** Headers of an event message beside `Nats-Msg-Id`. */
export const POSITION_HEADER = 'faktorz-position';
export const PREVIOUS_HEADER = 'faktorz-previous';

/** Where the replies to a service arrive; its NATS user alone may subscribe there. */
export function inboxPrefixOf(service: string): string {
  return `_INBOX_${service}`;
}

/**
 * The subject of a question: `faktorz.rpc.<request>.<asking service>`. NATS lets a user publish under its own name
 * only, so the answering side knows who asks. Request names have three parts, `<service>.<noun>.<verb>`.
 */
export function askSubject(request: string, asker: string): string {
  if (request.split('.').length !== 3) throw new Error(`a request is named <service>.<noun>.<verb>, not ${request}`);
  return `faktorz.rpc.${request}.${asker}`;
}

/** Who asks, by a question's subject. */
export function askerOf(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1);
}
