/**
 * Events and questions between services. Events travel over NATS JetStream, but what is known of them is kept in
 * PostgreSQL (`@faktorz/persistence`): the relay publishes an owner's change log, consumers keep a cursor for each owner
 * and read from it what did not arrive. Nothing here trusts JetStream to keep, order or deliver once.
 */
export { MessagingModule } from './messaging.module.js';
export { ConsumerStates, type MessagingOptions } from './messaging-lifecycle.js';
export { NatsLink, type NatsOptions } from './nats/nats-link.js';
export {
  Consumes,
  ConsumesTogether,
  type Rebuild,
  RebuildsFrom,
  type TogetherOptions,
} from './consume/consume.decorators.js';
export type { ConsumedEvent } from './consume/consumed-event.js';
export type { ConsumerState } from './consume/owner-consumer.js';
export { type DeadLetter, DeadLetters } from './consume/dead-letters.js';
export { Answers, type AskContext } from './request/answers.decorator.js';
export { Requests } from './request/requests.js';
export { EphemeralSubscription, type SubscriptionListener } from './subscribe/ephemeral-subscription.js';
export { Subscriptions } from './subscribe/subscriptions.js';
export { NATS_SERVICES, type NatsUser, natsUsers } from './nats/nats-users.js';
export { natsServerConfig, type NatsServerConfigOptions } from './nats/nats-server-config.js';
export { askSubject, EVENT_STREAM, inboxPrefixOf } from './nats/subjects.js';
