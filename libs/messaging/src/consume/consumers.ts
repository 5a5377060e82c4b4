import type { ConsumerState, OwnerConsumerParts } from './owner-consumer.js';
import { OwnerConsumer } from './owner-consumer.js';

/** The consumers of a service, one for each owner it listens to. */
export class Consumers {
  private readonly consumers: readonly OwnerConsumer[];

  constructor(service: string, owners: readonly string[], parts: OwnerConsumerParts | undefined) {
    this.consumers = parts ? owners.map((owner) => new OwnerConsumer(service, owner, parts)) : [];
  }

  start(): void {
    for (const consumer of this.consumers) consumer.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
  }

  /** Where the service stands with each owner, for health and metrics. */
  states(): ConsumerState[] {
    return this.consumers.map((consumer) => consumer.state);
  }
}
