import { EphemeralSubscription, type SubscriptionListener } from './ephemeral-subscription.js';

type Parts = ConstructorParameters<typeof EphemeralSubscription>[1];

/** Opens subscriptions for caches, and closes them with the process. */
export class Subscriptions {
  private readonly open = new Set<EphemeralSubscription>();

  constructor(private readonly parts: Parts) {}

  /** Begins to listen to an owner. */
  subscribe(owner: string, listener: SubscriptionListener): EphemeralSubscription {
    const subscription = new EphemeralSubscription(owner, this.parts, listener);
    this.open.add(subscription);
    subscription.start();
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((subscription) => subscription.close()));
    this.open.clear();
  }
}
