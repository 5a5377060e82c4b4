import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';

/** JSON lines in a file only we can read; when full it becomes `<name>.1`, and a new one begins. */
export class AuditFile {
  private stream: WriteStream | undefined;
  private sizeBytes = 0;

  constructor(
    private readonly path: string,
    private readonly largestBytes: number,
    private readonly onError: (error: Error) => void,
  ) {}

  append(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    const stream = this.open();
    this.sizeBytes += Buffer.byteLength(text);
    stream.write(text);
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.stream ? this.stream.end(() => resolve()) : resolve()));
  }

  private open(): WriteStream {
    if (this.stream && this.sizeBytes < this.largestBytes) return this.stream;
    if (this.stream) {
      this.stream.end();
      renameSync(this.path, `${this.path}.1`);
    }
    this.sizeBytes = existsSync(this.path) ? statSync(this.path).size : 0;
    this.stream = createWriteStream(this.path, { flags: 'a', mode: 0o600 });
    this.stream.on('error', this.onError);
    return this.stream;
  }
}
