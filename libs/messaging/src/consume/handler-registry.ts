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
  run(event: ConsumedEvent, tx: ChangeTransaction): Promise<void>;
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

  named(name: string): EventHandler | undefined {
    return this.handlers.find((handler) => handler.name === name);
  }

  rebuildersOf(owner: string): readonly RebuildHandler[] {
    return this.rebuilders.filter((rebuilder) => rebuilder.owner === owner);
  }
}

/** Runs one handler on one event. */
export function runHandler(
  handler: EventHandler,
  owner: string,
  incoming: IncomingEvent,
  tx: ChangeTransaction,
): Promise<void> {
  return handler.run(consumedEvent(owner, incoming, handler.definition), tx);
}
