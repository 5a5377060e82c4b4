import type { FlagDefinition } from './flags/flag-definition.js';
import type { ParsedFlags } from './flags/parse-flags.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal/terminal.js';

/** How the verbs behave where `oc` and `kubectl` differ; `kubectl` when called by that name. */
export type Dialect = 'oc' | 'kubectl';

/** One call of a verb. */
export interface Call {
  /** The name this program goes by in hints. */
  program: string;
  /** Words that led here, e.g. `['create', 'secret', 'generic']`. */
  path: readonly string[];
  args: string[];
  /** How many arguments stood before `--`; -1 without one. */
  dashAt: number;
  flags: ParsedFlags;
  terminal: Terminal;
  session: Session;
  dialect: Dialect;
  /** Every verb there is. */
  commands: readonly CommandEntry[];
}

/** One verb: its flags, its call, its printing. */
export interface Command {
  /** After the program's name, e.g. `get TYPE [NAME ...]`. */
  usage: string;
  description: string;
  examples?: readonly string[];
  flags?: readonly FlagDefinition[];
  subcommands?: readonly CommandEntry[];
  /** Exit code; nothing means 0. */
  run?(call: Call): Promise<number | void>;
}

/** A line of a command table: all that help needs, so that only the verb asked for is loaded. */
export interface CommandEntry {
  name: string;
  aliases?: readonly string[];
  group?: string;
  summary: string;
  load(): Promise<Command>;
}
