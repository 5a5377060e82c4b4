import { DISCOVERY_MEDIA_TYPE, type Discovery } from '@faktorz/apimachinery';
import type { ServiceClient } from '@faktorz/service-kit';
import { json } from 'node:stream/consumers';

const ASK_TIMEOUT_MS = 3000;

/** What one owner says it serves, remembered with its ETag so that asking again costs next to nothing. */
export class OwnerDiscovery {
  private etag: string | undefined;
  private known: Discovery | undefined;

  constructor(
    readonly owner: string,
    private readonly client: ServiceClient,
  ) {}

  get current(): Discovery | undefined {
    return this.known;
  }

  /** Asks the owner. Resolves to true when it serves something else than before; rejects when it does not answer. */
  async refresh(): Promise<boolean> {
    const headers = { accept: DISCOVERY_MEDIA_TYPE, ...(this.etag && { 'if-none-match': this.etag }) };
    const answer = await this.client.stream({ path: '/apis', headers, timeoutMs: ASK_TIMEOUT_MS });
    if (answer.status !== 200) {
      answer.body.resume();
      if (answer.status === 304) return false;
      throw new Error(`${this.owner} answered GET /apis with status ${answer.status}`);
    }
    this.known = (await json(answer.body)) as Discovery;
    this.etag = answer.headers.etag;
    return true;
  }
}
