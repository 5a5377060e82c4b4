import type { Challenge } from '../auth/challenge.js';

/** Where a registry answers and how it wants to be asked. */
export interface Endpoint {
  /** `https://host[:port]` or, for insecure ones, perhaps `http://…`. */
  base: URL;
  /** What its `/v2/` asked for; empty when it is open. */
  challenges: readonly Challenge[];
}

const LIFE_MS = 6 * 3_600_000;
const MOST_ENDPOINTS = 1000;

/** Remembers found endpoints for some hours, so that a later import or check needs no ping; what a registry asks for may change meanwhile, and one that is gone is forgotten. */
export class EndpointStore {
  private readonly held = new Map<string, { endpoint: Endpoint; until: number }>();

  get(key: string): Endpoint | undefined {
    const entry = this.held.get(key);
    if (!entry) return undefined;
    if (entry.until > Date.now()) return entry.endpoint;
    this.held.delete(key);
    return undefined;
  }

  keep(key: string, endpoint: Endpoint): void {
    this.held.delete(key);
    this.held.set(key, { endpoint, until: Date.now() + LIFE_MS });
    const oldest = this.held.keys().next().value;
    if (this.held.size > MOST_ENDPOINTS && oldest !== undefined) this.held.delete(oldest);
  }

  forget(key: string): void {
    this.held.delete(key);
  }

  clear(): void {
    this.held.clear();
  }
}
