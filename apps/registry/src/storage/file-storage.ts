import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBlobDigest } from '../oci/blob-digest.js';
import { BlobStorage, type Draft, StorageFull, type StoredBlob } from './blob-storage.js';

const REREAD_BYTES = 1024 * 1024;
const DRAFT_ID = /^[0-9a-f-]{36}$/;
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Blobs as files: `blobs/<algorithm>/<two digits>/<hex>`, and drafts under `uploads/`, on one file system, so that a
 * draft becomes a blob by being renamed.
 */
export class FileStorage extends BlobStorage {
  /** Open, so that they can be synced; there are 256 of each algorithm at most. */
  private readonly directories = new Map<string, Promise<FileHandle>>();

  private constructor(private readonly root: string) {
    super();
  }

  /** Opens the directory, making it if need be. */
  static async at(root: string): Promise<FileStorage> {
    for (const name of ['blobs', 'uploads']) await mkdir(join(root, name), { recursive: true, mode: 0o700 });
    await syncDirectory(root);
    return new FileStorage(root);
  }

  /** Called by Nest. */
  async onApplicationShutdown(): Promise<void> {
    const directories = await Promise.allSettled(this.directories.values());
    this.directories.clear();
    for (const directory of directories) if (directory.status === 'fulfilled') await directory.value.close();
  }

  async openDraft(id: string, sizeBytes: number): Promise<Draft> {
    const { O_RDWR, O_CREAT, O_TRUNC } = constants;
    const file = await open(this.draftPath(id), O_RDWR | O_CREAT | (sizeBytes === 0 ? O_TRUNC : 0), 0o600);
    if (sizeBytes === 0) return new DraftFile(file, 0);
    try {
      const { size } = await file.stat();
      if (size > sizeBytes) await file.truncate(sizeBytes);
      return new DraftFile(file, Math.min(size, sizeBytes));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async openWritten(id: string): Promise<StoredBlob> {
    return storedBlob(await open(this.draftPath(id), constants.O_RDONLY));
  }

  async forkDraft(id: string, newId: string): Promise<void> {
    try {
      await copyFile(this.draftPath(id), this.draftPath(newId), constants.COPYFILE_FICLONE);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error; // nothing was written yet
    }
    await this.removeDraft(id);
  }

  async publish(id: string, digest: string): Promise<void> {
    const target = this.blobPath(digest);
    const directory = await this.directory(dirname(target));
    await rename(this.draftPath(id), target);
    await directory.sync();
  }

  async removeDraft(id: string): Promise<void> {
    await rm(this.draftPath(id), { force: true });
  }

  async draftsUntouchedSince(time: Date): Promise<string[]> {
    const names = await readdir(join(this.root, 'uploads'));
    const old: string[] = [];
    for (const name of names) {
      const found = DRAFT_ID.test(name) && (await stat(this.draftPath(name)).catch(() => undefined));
      if (found && found.mtime < time) old.push(name);
    }
    return old;
  }

  async open(digest: string): Promise<StoredBlob | undefined> {
    let file: FileHandle;
    try {
      file = await open(this.blobPath(digest), constants.O_RDONLY);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    return storedBlob(file);
  }

  async remove(digest: string): Promise<boolean> {
    try {
      await rm(this.blobPath(digest));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async *digests(): AsyncIterable<string> {
    const root = join(this.root, 'blobs');
    for (const algorithm of await readdir(root)) {
      for (const prefix of await readdir(join(root, algorithm))) {
        for await (const { name } of await opendir(join(root, algorithm, prefix))) {
          const digest = `${algorithm}:${name}`;
          if (isBlobDigest(digest)) yield digest;
        }
      }
    }
  }

  private draftPath(id: string): string {
    if (!DRAFT_ID.test(id)) throw new Error(`not the id of a draft: ${id}`);
    return join(this.root, 'uploads', id);
  }

  private blobPath(digest: string): string {
    if (!isBlobDigest(digest)) throw new Error(`not a digest: ${digest}`);
    const [algorithm = '', hex = ''] = digest.split(':');
    return join(this.root, 'blobs', algorithm, hex.slice(0, 2), hex);
  }

  private directory(path: string): Promise<FileHandle> {
    const known = this.directories.get(path);
    if (known) return known;
    const opening = openDirectory(path);
    this.directories.set(path, opening);
    opening.catch(() => this.directories.delete(path));
    return opening;
  }
}

/** A new directory is lost in a power failure unless its parents are synced, too. */
async function openDirectory(path: string): Promise<FileHandle> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await syncDirectory(dirname(path));
  await syncDirectory(dirname(dirname(path)));
  return open(path, constants.O_RDONLY);
}

async function storedBlob(file: FileHandle): Promise<StoredBlob> {
  const { size } = await file.stat();
  return {
    sizeBytes: size,
    read: async (buffer, position) => (await file.read(buffer, 0, buffer.length, position)).bytesRead,
    close: () => file.close(),
  };
}

class DraftFile implements Draft {
  constructor(
    private readonly file: FileHandle,
    private size: number,
  ) {}

  get sizeBytes(): number {
    return this.size;
  }

  async append(chunks: readonly Uint8Array[]): Promise<void> {
    const wanted = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (wanted === 0) return;
    try {
      const written = await this.write(chunks);
      if (written !== wanted) await this.writeRest(chunks, written);
    } catch (error) {
      throw asStorageError(error);
    }
    this.size += wanted;
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(REREAD_BYTES, Math.max(this.size, 1)));
    for (let position = 0; position < this.size;) {
      const length = Math.min(buffer.length, this.size - position);
      const { bytesRead } = await this.file.read(buffer, 0, length, position);
      if (bytesRead === 0) throw new Error('an upload is shorter than it was');
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  }

  async sync(): Promise<void> {
    try {
      await this.file.datasync();
    } catch (error) {
      throw asStorageError(error); // a network's file system may find out only now
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async write(chunks: readonly Uint8Array[]): Promise<number> {
    const [first] = chunks;
    if (chunks.length === 1 && first) return (await this.file.write(first, 0, first.length, this.size)).bytesWritten;
    return (await this.file.writev([...chunks], this.size)).bytesWritten;
  }

  /** The system may write less than asked, e.g. on a disk that is nearly full. */
  private async writeRest(chunks: readonly Uint8Array[], from: number): Promise<void> {
    const rest = Buffer.concat(chunks).subarray(from);
    for (let done = 0; done < rest.length;) {
      const { bytesWritten } = await this.file.write(rest, done, rest.length - done, this.size + from + done);
      done += bytesWritten;
    }
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `StorageFull` for a lack of space, any other error as it is. */
function asStorageError(error: unknown): unknown {
  return FULL.has(codeOf(error)) ? new StorageFull('no space is left for uploads', { cause: error }) : error;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
