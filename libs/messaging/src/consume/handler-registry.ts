import type { EventDefinition } from '@faktorz/domain';
import type { ChangeTransaction } from '@faktorz/persistence';
import { type ConsumedEvent, consumedEvent, type IncomingEvent } from './consumed-event.js';
import type { Rebuild } from './consume.decorators.js';

/** A method that handles events. */
export interface EventHandler {
  /** `Class.method`, by which dead letters name it. */
  name: string;
  /** Undefined for handlers of all events. */
  definition: EventDefinition | undefined;
  /** Takes all events of a batch at once; others get one after the other. */
  takesMany: boolean;
  /** May an event of this type wait a moment for others? */
  mayWait?(type: string): boolean;
  run(events: readonly ConsumedEvent[], tx: ChangeTransaction): Promise<void>;
}

export interface RebuildHandler {
  name: string;
  owner: string;
  run(rebuild: Rebuild, tx: ChangeTransaction): Promise<void>;
}

/** The handlers of a service. */
export class HandlerRegistry {
  constructor(
    private readonly handlers: readonly EventHandler[],
    private readonly rebuilders: readonly RebuildHandler[],
  ) {}

  /** Those that take an event of this owner and type, in the order they were found. */
  handlersOf(owner: string, type: string): readonly EventHandler[] {
    return this.handlers.filter(
      ({ definition }) => !definition || (definition.owner === owner && definition.type === type),
    );
  }

  /** Is there a handler that wants such an event at once? */
  isUrgent(owner: string, type: string): boolean {
    return this.handlersOf(owner, type).some((handler) => !handler.mayWait?.(type));
  }

  /** Those that take all events of a batch at once. */
  get takingMany(): readonly EventHandler[] {
    return this.handlers.filter(({ takesMany }) => takesMany);
  }

  named(name: string): EventHandler | undefined {
    return this.handlers.find((handler) => handler.name === name);
  }

  rebuildersOf(owner: string): readonly RebuildHandler[] {
    return this.rebuilders.filter((rebuilder) => rebuilder.owner === owner);
  }
}

/** Runs one handler on events, in their order. */
export async function runHandler(
  handler: EventHandler,
  owner: string,
  incoming: readonly IncomingEvent[],
  tx: ChangeTransaction,
): Promise<void> {
  await handler.run(
    incoming.map((event) => consumedEvent(owner, event, handler.definition)),
    tx,
  );
}
