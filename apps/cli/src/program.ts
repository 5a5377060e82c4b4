import type { Command, CommandEntry, Dialect } from './command.js';
import { commands } from './commands/index.js';
import { CommandError } from './errors.js';
import type { FlagDefinition } from './flags/flag-definition.js';
import { GLOBAL_FLAGS, HELP_FLAG } from './flags/global-flags.js';
import { FlagError, parseFlags } from './flags/parse-flags.js';
import { suggestionsFor } from './flags/suggestions.js';
import { commandHelp, globalOptionsHelp, programHelp } from './help.js';
import { reportError } from './report-error.js';
import { Session } from './session.js';
import type { Terminal } from './terminal/terminal.js';

export const PROGRAM = 'faktorz';

export interface Surroundings {
  dialect: Dialect;
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
}

/** Finds the verb, reads its flags and runs it; every failure ends as text on stderr and an exit code. */
export async function runProgram(argv: readonly string[], { dialect, terminal, env }: Surroundings): Promise<number> {
  const path: string[] = [];
  let session: Session | undefined;
  try {
    const found = await findCommand(argv, path);
    if ('help' in found) {
      terminal.out(found.help);
      return 0;
    }
    const { command, rest } = found;
    const definitions = [...(command.flags ?? []), ...withoutTaken(command.flags ?? []), HELP_FLAG];
    const { flags, args, dashAt } = parseFlags(rest, definitions);
    if (flags.bool('help') || !command.run) {
      terminal.out(commandHelp(PROGRAM, path, command));
      return 0;
    }
    session = new Session(flags, terminal, env);
    const code = await command.run({
      program: PROGRAM,
      path,
      args,
      dashAt,
      flags,
      terminal,
      session,
      dialect,
      commands,
    });
    return code ?? 0;
  } catch (error) {
    const helpFor = [PROGRAM, ...path].join(' ');
    if (error instanceof FlagError) {
      terminal.error(`error: ${error.message}\nSee '${helpFor} --help' for usage.\n`);
      return 1;
    }
    return reportError(error, terminal, helpFor);
  } finally {
    await session?.close();
  }
}

type Found = { command: Command; rest: string[] } | { help: string };

async function findCommand(argv: readonly string[], path: string[]): Promise<Found> {
  let entries: readonly CommandEntry[] = commands;
  let rest = [...argv];
  let command: Command | undefined;
  for (;;) {
    const at = firstArgument(rest, [...GLOBAL_FLAGS, ...(command?.flags ?? [])]);
    const word = at < 0 ? undefined : (rest[at] as string);
    if (word === undefined) break;
    if (!command && word === 'help') return helpFor(rest.slice(at + 1));
    if (!command && word === 'options') return { help: globalOptionsHelp(PROGRAM) };
    const entry = entries.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (!entry) {
      if (command?.run) break;
      throw unknownCommand(word, path, entries);
    }
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    path.push(entry.name);
    command = await entry.load();
    entries = command.subcommands ?? [];
    if (entries.length === 0) break;
  }
  if (!command) {
    parseFlags(rest, [...GLOBAL_FLAGS, HELP_FLAG]);
    return { help: programHelp(PROGRAM, commands) };
  }
  return { command, rest };
}

async function helpFor(words: readonly string[]): Promise<Found> {
  const path: string[] = [];
  const found = await findCommand(words, path);
  return 'help' in found ? found : { help: commandHelp(PROGRAM, path, found.command) };
}

/** Place of the first word that is neither a flag nor a flag's value; -1 without one. */
function firstArgument(argv: readonly string[], definitions: readonly FlagDefinition[]): number {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--') return -1;
    if (!word.startsWith('-') || word === '-') return at;
    if (word.includes('=')) continue;
    const definition = definitions.find(
      ({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`),
    );
    if (definition && definition.kind !== 'bool' && definition.bare === undefined) at++;
  }
  return -1;
}

function unknownCommand(word: string, path: readonly string[], entries: readonly CommandEntry[]): CommandError {
  const similar = suggestionsFor(
    word,
    entries.map(({ name }) => name),
  );
  const hint = similar.length > 0 ? `\n\nDid you mean this?\n${similar.map((name) => `\t${name}\n`).join('')}` : '';
  return new CommandError(`unknown command "${word}" for "${[PROGRAM, ...path].join(' ')}"${hint}`);
}

/** A verb's own flag hides a global one of the same name or letter. */
function withoutTaken(own: readonly FlagDefinition[]): FlagDefinition[] {
  return GLOBAL_FLAGS.filter(({ name }) => !own.some((flag) => flag.name === name)).map((flag) =>
    own.some(({ short }) => short !== undefined && short === flag.short) ? { ...flag, short: undefined } : flag,
  );
}
