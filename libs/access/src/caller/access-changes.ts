import { AccessChanged } from '@faktorz/domain';
import { Subscriptions, type ConsumedEvent, type EphemeralSubscription } from '@faktorz/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TokenReviews } from './token-reviews.js';
import { AccessDecisions } from './access-decisions.js';

/**
 * Forgets what was believed as soon as auth says that it changed. Should the news not come through, everything is asked
 * anew within a second anyway.
 */
@Injectable()
export class AccessChanges implements OnApplicationBootstrap {
  private subscription: EphemeralSubscription | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly tokens: TokenReviews,
    private readonly decisions: AccessDecisions,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.subscriptions.subscribe('auth', {
      onEvent: (event) => this.hear(event),
      onReset: () => this.forget(['token', 'role']),
    });
  }

  /** Calls `listener` after every change of somebody's access; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private hear(event: ConsumedEvent): void {
    if (event.type !== AccessChanged.type) return;
    const { scope } = event.data as { scope: string };
    this.forget([scope]);
  }

  /** Users and groups decide who somebody is and, by their groups, what he may do. */
  private forget(scopes: readonly string[]): void {
    if (scopes.some((scope) => scope === 'token' || scope === 'user')) this.tokens.forget();
    if (scopes.some((scope) => scope !== 'token')) this.decisions.forget();
    for (const listener of this.listeners) listener();
  }
}
