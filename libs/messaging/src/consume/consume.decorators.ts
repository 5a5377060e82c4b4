import type { EventDefinition } from '@faktorz/domain';
import type { ChangeTransaction } from '@faktorz/persistence';
import type { ConsumedEvent } from './consumed-event.js';

const CONSUMES = Symbol('faktorz:consumes');
const CONSUMES_TOGETHER = Symbol('faktorz:consumes-together');
const REBUILDS = Symbol('faktorz:rebuilds-from');

type Handler<Args extends unknown[]> = (...args: Args) => Promise<void> | void;
/** Generic, because a descriptor of one function type is not assignable to one of another. */
type Decorator<Args extends unknown[]> = <Method extends Handler<Args>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** Why a service's view of an owner has to be built anew, and up to where it then reaches. */
export interface Rebuild {
  owner: string;
  /** Events up to this position are covered by what the method reads; later ones follow. */
  head: bigint;
}

/**
 * Makes a method of any provider a handler of this kind of event, or of `'all'` events of the consumed owners. It runs in
 * the transaction that advances the service's cursor, and may run again when that fails: it only records, in `tx`,
 * what is to be done. A `DomainError`, `ZodError` or `ApiError` below 500 makes the event a dead letter of this handler;
 * other errors are retried.
 */
export function Consumes(event: 'all'): Decorator<[event: ConsumedEvent, tx: ChangeTransaction]>;
export function Consumes<E extends EventDefinition>(
  event: E,
): Decorator<[event: ConsumedEvent<E>, tx: ChangeTransaction]>;
export function Consumes(event: EventDefinition | 'all') {
  return (_target: object, _name: string | symbol, descriptor: PropertyDescriptor): void => {
    const method = descriptor.value as object;
    const known = (Reflect.getMetadata(CONSUMES, method) ?? []) as (EventDefinition | 'all')[];
    Reflect.defineMetadata(CONSUMES, [...known, event], method);
  };
}

/** How a handler of many events wants them. */
export interface TogetherOptions {
  /** Events of which types may wait half a second for others? None, unless it is said. */
  mayWait?(type: string): boolean;
}

/**
 * As `Consumes('all')`, for a method that takes all events that have arrived together, in their order: it then needs as
 * many statements for a hundred as for one. It must not depend on what other handlers do with these events.
 */
export function ConsumesTogether(
  options: TogetherOptions = {},
): Decorator<[events: readonly ConsumedEvent[], tx: ChangeTransaction]> {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(CONSUMES_TOGETHER, options, descriptor.value as object);
  };
}

/** What `@ConsumesTogether` says of a method. */
export function consumedTogetherBy(method: object): TogetherOptions | undefined {
  return Reflect.getMetadata(CONSUMES_TOGETHER, method) as TogetherOptions | undefined;
}

/** Makes a method rebuild what the service knows of an owner when the owner's log no longer reaches back to the cursor. */
export function RebuildsFrom(owner: string): Decorator<[rebuild: Rebuild, tx: ChangeTransaction]> {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(REBUILDS, owner, descriptor.value as object);
  };
}

/** What `@Consumes` says of a method. */
export function consumedBy(method: object): readonly (EventDefinition | 'all')[] {
  return (Reflect.getMetadata(CONSUMES, method) ?? []) as (EventDefinition | 'all')[];
}

/** What `@RebuildsFrom` says of a method. */
export function ownerRebuiltBy(method: object): string | undefined {
  return Reflect.getMetadata(REBUILDS, method) as string | undefined;
}
