import type { DiscoveredMethod } from '../discover-methods.js';
import { consumedBy, consumedTogetherBy, ownerRebuiltBy } from './consume.decorators.js';
import { type EventHandler, HandlerRegistry, type RebuildHandler } from './handler-registry.js';

/** The methods marked `@Consumes` and `@RebuildsFrom`; throws when one wants events of an owner that is not consumed. */
export function findHandlers(methods: readonly DiscoveredMethod[], owners: readonly string[]): HandlerRegistry {
  const handlers = methods.flatMap(handlersIn);
  for (const { name, definition } of handlers) {
    if (definition && !owners.includes(definition.owner)) {
      throw new Error(
        `${name} wants ${definition.kind}, but the service does not consume events of ${definition.owner}`,
      );
    }
  }
  const rebuilders = methods.flatMap(({ name, method, call }): RebuildHandler[] => {
    const owner = ownerRebuiltBy(method);
    if (owner === undefined) return [];
    return [{ name, owner, run: async (rebuild, tx) => void (await call(rebuild, tx)) }];
  });
  return new HandlerRegistry(handlers, rebuilders);
}

function handlersIn({ name, method, call }: DiscoveredMethod): EventHandler[] {
  const single = consumedBy(method).map((event): EventHandler => ({
    name,
    definition: event === 'all' ? undefined : event,
    takesMany: false,
    run: async (events, tx) => {
      for (const event of events) await call(event, tx);
    },
  }));
  const together = consumedTogetherBy(method);
  if (!together) return single;
  const many: EventHandler = {
    name,
    definition: undefined,
    takesMany: true,
    mayWait: (type) => together.mayWait?.(type) ?? false,
    run: async (events, tx) => void (await call(events, tx)),
  };
  return [...single, many];
}
