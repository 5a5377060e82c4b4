// More gateways beside the one that runs: the same program, or one that asks nobody who may come in.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@faktorz/embedded';
import { Agent, request } from 'undici';

const MAIN = fileURLToPath(new URL('../../apps/gateway/dist/service/main.js', import.meta.url));
const OPEN_GATEWAY = fileURLToPath(new URL('open-gateway.mjs', import.meta.url));
const READY_WITHIN_MS = 120_000;

/** Starts a further gateway of the running system; `checks: false` lets every request through as the administrator's. */
export async function startGateway(system, { checks = true } = {}) {
  const [apiPort, httpPort] = [await freePort(), await freePort()];
  const [pid] = await system.pids('gateway');
  const env = {
    ...(await environmentOf(pid)),
    FAKTORZ_API_PORT: String(apiPort),
    FAKTORZ_HTTP_PORT: String(httpPort),
  };
  delete env.FAKTORZ_GATEWAY_AUDIT_FILE; // one gateway writes to it
  const child = spawn(process.execPath, [checks ? MAIN : OPEN_GATEWAY], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const apiUrl = `https://127.0.0.1:${apiPort}`;
  await ready(apiUrl, system.ca);
  return {
    ...system,
    apiUrl,
    pid: child.pid,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

async function environmentOf(pid) {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8');
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

async function ready(apiUrl, ca) {
  const agent = new Agent({ connect: { ca } });
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const code = await request(`${apiUrl}/readyz`, { dispatcher: agent })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      })
      .catch(() => 0);
    if (code === 200) break;
    if (Date.now() > deadline) throw new Error(`the gateway at ${apiUrl} did not become ready`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await agent.destroy();
}
