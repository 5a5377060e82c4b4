import { TimedCache } from '@faktorz/access';
import { AccessChanged, type ImageLimits, ReadImageLimits } from '@faktorz/domain';
import { Requests, Subscriptions } from '@faktorz/messaging';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** What was missed of auth's news is known after this. */
const BELIEVED_FOR_MS = 60_000;
const REFRESH_AFTER_MS = 15_000;
const NAMESPACES_KEPT = 50_000;

/**
 * What a namespace may hold of images, as auth says: asked once, and again when auth tells of a change. Ask before a
 * transaction begins: the answer may come from another process, and whoever waits for it must hold no connection.
 */
@Injectable()
export class NamespaceLimits implements OnApplicationBootstrap {
  private readonly known: TimedCache<string, ImageLimits>;

  constructor(
    @Inject(Requests) requests: Requests,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
  ) {
    this.known = new TimedCache<string, ImageLimits>({
      maxAgeMs: BELIEVED_FOR_MS,
      refreshAfterMs: REFRESH_AFTER_MS,
      maxEntries: NAMESPACES_KEPT,
      load: (namespace) => requests.ask(ReadImageLimits, { namespace }),
      keeps: () => true,
    });
  }

  onApplicationBootstrap(): void {
    this.subscriptions.subscribe('auth', {
      onEvent: ({ type, data }) => {
        if (type !== AccessChanged.type) return;
        const { scope, namespace = '' } = data as { scope: string; namespace?: string };
        if (scope === 'namespace') this.known.forgetOne(namespace);
      },
      onReset: () => this.known.clear(),
    });
  }

  /** Costs a look into a map for a namespace that was asked for lately. Throws `ServiceUnavailable` while auth is away. */
  of(namespace: string): Promise<ImageLimits> {
    return this.known.get(namespace, namespace);
  }
}
