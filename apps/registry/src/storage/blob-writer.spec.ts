import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Draft } from './blob-storage.js';
import { BlobWriter } from './blob-writer.js';
import { FileStorage } from './file-storage.js';

const MEGABYTE = 1024 * 1024;

let root: string;
let storage: FileStorage;
let draft: Draft;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'faktorz-registry-'));
  storage = await FileStorage.at(root);
});

afterAll(async () => {
  await storage.onApplicationShutdown();
  await rm(root, { recursive: true, force: true });
});

async function newWriter(): Promise<BlobWriter> {
  draft = await storage.openDraft(randomUUID(), 0);
  return new BlobWriter(draft, undefined);
}

it('syncs while more comes, so that the end has little to wait for', async () => {
  const writer = await newWriter();
  let syncs = 0;
  const sync = draft.sync.bind(draft);
  draft.sync = () => {
    syncs += 1;
    return sync();
  };
  for (let megabytes = 0; megabytes < 12; megabytes++) await writer.add(randomBytes(MEGABYTE));
  await writer.finish();
  await writer.close();
  expect(writer.writtenBytes).toBe(12 * MEGABYTE);
  expect(syncs).toBeGreaterThanOrEqual(1);
  expect(syncs).toBeLessThanOrEqual(3);
});

it('keeps in mind that the disk refused something, even if a later sync succeeds', async () => {
  const writer = await newWriter();
  let syncs = 0;
  draft.sync = () => (syncs++ === 0 ? Promise.reject(new Error('the disk is broken')) : Promise.resolve());
  const bring = async (): Promise<void> => {
    for (let megabytes = 0; megabytes < 12; megabytes++) await writer.add(randomBytes(MEGABYTE));
    await writer.finish();
  };
  await expect(bring()).rejects.toThrow('the disk is broken');
  await writer.close();
});
