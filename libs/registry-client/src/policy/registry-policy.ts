import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readTrust } from './host-trust.js';
import { BadRegistryPolicy, readPolicyDocument } from './policy-document.js';
import { RegistryRules } from './registry-rules.js';

const LOOK_EVERY_MS = 5000;

export interface PolicyListener {
  /** New rules hold from now on. */
  onChange(rules: RegistryRules): void;
  /** The file cannot be used any more; the rules that held before still do. Told once for each state of the file. */
  onProblem(problem: BadRegistryPolicy): void;
}

/**
 * The operator's policy for outside registries: who may be imported from, who is blocked, insecure or mirrored, and which
 * certificates count where. Read from one file (YAML or JSON), checked as a whole, and read again when it changes.
 */
export class RegistryPolicyFile {
  private rules: RegistryRules;
  private fingerprint: string;
  private timer: NodeJS.Timeout | undefined;

  /** Without a file everything is allowed. Throws `BadRegistryPolicy`. */
  constructor(
    private readonly file?: string,
    private internalRegistry?: string,
  ) {
    this.rules = this.read();
    this.fingerprint = this.look();
  }

  /** The rules that hold now; keep them for the length of one import. */
  get current(): RegistryRules {
    return this.rules;
  }

  /** The same policy, which always allows this registry: our own. */
  allowing(internalRegistry: string | undefined): this {
    this.internalRegistry = internalRegistry;
    this.rules = this.read();
    return this;
  }

  /** Looks every few seconds (default 5) for changes of the file and of those it names, until `close`. */
  watch(listener: PolicyListener, everyMs = LOOK_EVERY_MS): void {
    if (this.file === undefined) return;
    this.timer ??= setInterval(() => this.reread(listener), everyMs);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private reread(listener: PolicyListener): void {
    const fingerprint = this.look();
    if (fingerprint === this.fingerprint) return;
    this.fingerprint = fingerprint;
    try {
      this.rules = this.read();
    } catch (error) {
      return listener.onProblem(asBadPolicy(error));
    }
    listener.onChange(this.rules);
  }

  private read(): RegistryRules {
    if (this.file === undefined) return new RegistryRules(readPolicyDocument(''), new Map(), this.internalRegistry);
    const document = readPolicyDocument(readText(this.file));
    return new RegistryRules(document, readTrust(document.trust, this.directory()), this.internalRegistry);
  }

  /** Changes when the file, or anything it is made of, does. */
  private look(): string {
    if (this.file === undefined) return '';
    const hash = createHash('sha256');
    try {
      const text = readFileSync(this.file, 'utf8');
      hash.update(text);
      const { trust } = readPolicyDocument(text);
      for (const [host, found] of readTrust(trust, this.directory())) hash.update(JSON.stringify([host, found]));
    } catch (error) {
      hash.update((error as Error).message).update(modifiedAt(this.file));
    }
    return hash.digest('hex');
  }

  private directory(): string {
    return dirname(resolve(this.file ?? ''));
  }
}

/** The variable that names the file, for a service's configuration schema; read and checked with all others at start. */
export const registryPolicyVariable = z
  .string()
  .transform((file, context) => {
    try {
      return new RegistryPolicyFile(file);
    } catch (error) {
      context.addIssue({ code: 'custom', message: asBadPolicy(error).message });
      return z.NEVER;
    }
  })
  .default(() => new RegistryPolicyFile())
  .describe(
    'File (YAML or JSON) with the policy for outside registries: allowed, blocked and insecure ones, mirrors, certificates. Read again when it changes. See `docs/imports.md`.',
  );

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BadRegistryPolicy([`${file} cannot be read`], { cause });
  }
}

function asBadPolicy(error: unknown): BadRegistryPolicy {
  return error instanceof BadRegistryPolicy
    ? error
    : new BadRegistryPolicy([(error as Error).message], { cause: error });
}

function modifiedAt(file: string): string {
  return String(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
