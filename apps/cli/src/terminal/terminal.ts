/** Where a command reads and writes. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  readInput(): Promise<string>;
  readonly interactive: boolean;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    interactive: process.stdin.isTTY === true,
  };
}
