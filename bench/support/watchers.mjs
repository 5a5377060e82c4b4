// Many watches of one collection at once, each on a connection of its own.
import { setMaxListeners } from 'node:events';
import { Agent, request } from 'undici';

/** Opens `count` watches from now on; `next()` gives the milliseconds until each of them has got one more event, sorted. */
export async function openWatchers(system, path, count) {
  const agent = new Agent({ connect: { ca: system.ca }, connections: null, pipelining: 1, bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${system.token}` };
  const list = await request(`${system.apiUrl}${path}?limit=1`, { dispatcher: agent, headers });
  const { metadata } = await list.body.json();
  const ended = new AbortController();
  setMaxListeners(0, ended.signal); // one for each watch
  let onEvent = () => undefined;
  const open = async () => {
    const url = `${system.apiUrl}${path}?watch=1&resourceVersion=${metadata.resourceVersion}`;
    const { statusCode, body } = await request(url, { dispatcher: agent, headers, signal: ended.signal });
    if (statusCode !== 200) throw new Error(`a watch was answered ${statusCode}`);
    body.on('error', () => undefined); // its end
    // An event ends with a line break, and is the only one under way.
    body.on('data', (chunk) => chunk.at(-1) === 10 && onEvent());
  };
  for (let opened = 0; opened < count; opened += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - opened) }, open));
  }
  return {
    next: () =>
      new Promise((resolve) => {
        const begin = performance.now();
        const times = [];
        onEvent = () => times.push(performance.now() - begin) === count && resolve(times);
      }),
    close: async () => {
      ended.abort();
      await agent.destroy();
    },
  };
}
