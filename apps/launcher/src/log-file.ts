import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';

const LARGEST_BYTES = 20 * 1024 * 1024;

/** A log that keeps the newest 20 to 40 MB: when full it becomes `<name>.1`, and a new one begins. */
export class LogFile {
  private stream: WriteStream;
  private sizeBytes: number;

  constructor(private readonly path: string) {
    this.sizeBytes = existsSync(path) ? statSync(path).size : 0;
    this.stream = this.open();
  }

  write(line: string): void {
    if (this.sizeBytes > LARGEST_BYTES) this.rotate();
    this.sizeBytes += Buffer.byteLength(line) + 1;
    this.stream.write(`${line}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(resolve));
  }

  private rotate(): void {
    this.stream.end();
    renameSync(this.path, `${this.path}.1`);
    this.sizeBytes = 0;
    this.stream = this.open();
  }

  private open(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'a', mode: 0o600 });
    // A full disk must not end the launcher: the services go on, and say themselves what they cannot write.
    stream.on('error', () => undefined);
    return stream;
  }
}
