import { createServer } from 'node:net';

/** A loopback port nobody listens on now. Another process may take it before it is used: be ready to try again. */
export function freePort(): Promise<number> {
  return openPort(0);
}

/** Whether a loopback port can be listened on. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  try {
    await openPort(port, host);
    return true;
  } catch {
    return false;
  }
}

function openPort(port: number, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
