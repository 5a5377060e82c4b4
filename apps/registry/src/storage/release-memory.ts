import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** What is transferred to a port whose other end is closed is gone. */
const nowhere = closedPort();

/**
 * Gives the memory of buffers back at once; nobody may look at them afterwards. Of a buffer the garbage collector sees only
 * a small object but counts all its memory: left to itself it goes through the whole heap for every few tens of megabytes
 * that pass, which takes longer than to hash and write them. A view of a part of its memory is left to it, since others
 * may hold the rest.
 */
export function releaseMemory(buffers: readonly Uint8Array[]): void {
  const owned: ArrayBuffer[] = [];
  for (const { buffer, byteLength } of buffers) {
    if (buffer instanceof ArrayBuffer && byteLength > 0 && byteLength === buffer.byteLength) owned.push(buffer);
  }
  nowhere.postMessage(undefined, owned);
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
