import type { DiscoveryService, MetadataScanner } from '@nestjs/core';

/** A method of a provider or controller, bound to its instance. */
export interface DiscoveredMethod {
  /** `Class.method`. */
  name: string;
  /** The function that decorators wrote their metadata on. */
  method: object;
  call(...args: unknown[]): unknown;
}

/** Every method of every provider and controller of the application. */
export function discoverMethods(discovery: DiscoveryService, scanner: MetadataScanner): DiscoveredMethod[] {
  const wrappers = [...discovery.getProviders(), ...discovery.getControllers()];
  const seen = new Set<object>();
  return wrappers.flatMap(({ instance }) => {
    const found = instance as unknown;
    if (typeof found !== 'object' || found === null || seen.has(found)) return [];
    seen.add(found);
    return methodsOf(found, scanner);
  });
}

function methodsOf(instance: object, scanner: MetadataScanner): DiscoveredMethod[] {
  const prototype = Object.getPrototypeOf(instance) as object | null;
  if (prototype === null || prototype === Object.prototype) return [];
  return scanner.getAllMethodNames(prototype).map((key) => {
    const method = (instance as Record<string, (...args: unknown[]) => unknown>)[key]!;
    return { name: `${instance.constructor.name}.${key}`, method, call: (...args) => method.apply(instance, args) };
  });
}
