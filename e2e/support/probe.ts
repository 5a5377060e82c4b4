import { Agent, fetch } from 'undici';
import type { TestSystem } from '@faktorz/testing';

/** A request as a careless or hostile client may send it. */
export interface Probe {
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

/** A Kubernetes `Status`, as far as tests look at it. */
export interface StatusView {
  kind: string;
  status: string;
  code: number;
  reason?: string;
  message: string;
  details?: { causes?: { message: string; field?: string }[] };
}

export interface Probed {
  code: number;
  text: string;
  /** The body, where it is JSON. */
  json?: StatusView;
}

/** Sends requests byte by byte as they are given. */
export class Prober implements AsyncDisposable {
  private readonly agent: Agent;

  constructor(private readonly system: TestSystem) {
    this.agent = new Agent({ connect: { ca: system.ca } });
  }

  async send({ method, path, headers = {}, body }: Probe): Promise<Probed> {
    const response = await fetch(`${this.system.apiUrl}${path}`, {
      method,
      dispatcher: this.agent,
      headers: {
        authorization: `Bearer ${this.system.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { code: response.status, text, ...(isJson && { json: JSON.parse(text) as StatusView }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent.destroy();
  }
}
