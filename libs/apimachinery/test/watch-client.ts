import { setTimeout as wait } from 'node:timers/promises';

export interface Event {
  type: string;
  object: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into it by path
}

/** An open watch whose events can be waited for one by one. */
export interface OpenWatch extends Disposable {
  status: number;
  next(): Promise<Event>;
  /** True if nothing comes within the time. */
  isQuiet(timeMs: number): Promise<boolean>;
  /** All events until the server ends the stream. */
  rest(): Promise<Event[]>;
}

/** Opens a watch; `url` holds the query. */
export async function openWatch(url: string, headers: Record<string, string> = {}): Promise<OpenWatch> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events = lines(response);
  let pending: Promise<IteratorResult<Event>> | undefined;
  const pull = (): Promise<IteratorResult<Event>> => (pending ??= events.next());
  const take = async (): Promise<IteratorResult<Event>> => {
    const result = await pull();
    pending = undefined;
    return result;
  };
  return {
    status: response.status,
    next: async () => {
      const { value, done } = await take();
      if (done) throw new Error('the watch has ended');
      return value;
    },
    isQuiet: async (timeMs) => (await Promise.race([pull().then(() => false), wait(timeMs, true)])) === true,
    rest: async () => {
      const found: Event[] = [];
      for (let result = await take(); !result.done; result = await take()) found.push(result.value);
      return found;
    },
    [Symbol.dispose]: () => {
      pending?.catch(() => undefined);
      abort.abort();
    },
  };
}

async function* lines(response: Response): AsyncGenerator<Event> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const whole = text.split('\n');
    text = whole.pop()!;
    for (const line of whole) yield JSON.parse(line) as Event;
  }
}
