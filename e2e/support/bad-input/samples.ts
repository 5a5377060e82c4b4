import { readFileSync } from 'node:fs';
import type { Endpoint } from './endpoints.js';

/** An object as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** One good object of every kind a client can send, from `e2e/corpus/objects.json`. */
export class Samples {
  private readonly byKind = new Map<string, string>();

  constructor() {
    const file = new URL('../../corpus/objects.json', import.meta.url);
    for (const object of JSON.parse(readFileSync(file, 'utf8')) as JsonObject[]) {
      this.byKind.set(`${String(object['apiVersion'])} ${String(object['kind'])}`, JSON.stringify(object));
    }
  }

  /** Copies of all, in the order in which they can be created. */
  all(): JsonObject[] {
    return [...this.byKind.values()].map((text) => JSON.parse(text) as JsonObject);
  }

  /** A new copy; of a kind that the corpus does not have, an object with nothing but a name. */
  of({ apiVersion, kind }: Pick<Endpoint, 'apiVersion' | 'kind'>): JsonObject {
    const text = this.byKind.get(`${apiVersion} ${kind}`);
    return text === undefined ? { apiVersion, kind, metadata: { name: 'sample' } } : (JSON.parse(text) as JsonObject);
  }

  /** Name of the sample object of an endpoint's resource. */
  nameOf(endpoint: Endpoint): string {
    const metadata = this.of(endpoint)['metadata'] as JsonObject | undefined;
    return encodeURIComponent(String(metadata?.['name'] ?? 'sample'))
      .replaceAll('%3A', ':')
      .replaceAll('%40', '@');
  }
}
