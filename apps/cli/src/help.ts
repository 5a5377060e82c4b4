import type { Command, CommandEntry } from './command.js';
import type { FlagDefinition } from './flags/flag-definition.js';
import { GLOBAL_FLAGS } from './flags/global-flags.js';

const GROUPS: readonly [string, string][] = [
  ['images', 'Image streams'],
  ['objects', 'Objects of any kind'],
  ['project', 'Projects and identity'],
  ['advanced', 'Advanced'],
  ['other', 'Other'],
];

/** The overview printed by the bare command. */
export function programHelp(program: string, commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const sections = GROUPS.map(([group, title]) => {
    const lines = commands
      .filter((command) => (command.group ?? 'other') === group)
      .map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
    return lines.length > 0 ? `${title}:\n${lines.join('\n')}\n` : '';
  });
  return [
    'Image streams: named tags with a history of images, and everything that reacts when a tag moves.\n',
    ...sections.filter((section) => section !== ''),
    `Usage:\n  ${program} [flags] [options]\n`,
    `Use "${program} <command> --help" for more information about a given command.`,
    `Use "${program} options" for a list of global command-line options (applies to all commands).\n`,
  ].join('\n');
}

export function globalOptionsHelp(program: string): string {
  return `The following options can be passed to any command of ${program}:\n\n${flagLines(GLOBAL_FLAGS)}`;
}

/** Description, examples, sub-commands, flags and usage of one verb. */
export function commandHelp(program: string, path: readonly string[], command: Command): string {
  const parts = [`${command.description.trim()}\n`];
  if (command.examples?.length) {
    parts.push(`Examples:\n${command.examples.map((example) => `  ${program} ${example}`).join('\n')}\n`);
  }
  if (command.subcommands?.length) {
    const width = Math.max(...command.subcommands.map(({ name }) => name.length)) + 2;
    const lines = command.subcommands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
    parts.push(`Available Commands:\n${lines.join('\n')}\n`);
  }
  const shown = (command.flags ?? []).filter((flag) => !flag.hidden);
  if (shown.length > 0) parts.push(`Options:\n${flagLines(shown)}`);
  parts.push(`Usage:\n  ${program} ${command.usage}\n`);
  if (command.subcommands?.length) {
    parts.push(`Use "${[program, ...path].join(' ')} <command> --help" for more information about a given command.`);
  }
  parts.push(`Use "${program} options" for a list of global command-line options (applies to all commands).\n`);
  return parts.join('\n');
}

function flagLines(flags: readonly FlagDefinition[]): string {
  return [...flags]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => {
      const short = flag.short ? `-${flag.short}, ` : '    ';
      return `    ${short}--${flag.name}=${shownDefault(flag)}:\n\t${flag.usage}\n`;
    })
    .join('\n');
}

function shownDefault(flag: FlagDefinition): string {
  if (flag.kind === 'bool') return String(flag.default ?? false);
  if (flag.kind === 'int') return String(flag.default ?? 0);
  if (flag.kind === 'array' || flag.kind === 'list') return '[]';
  return flag.kind === 'duration' ? String(flag.default ?? '0s') : `'${String(flag.default ?? '')}'`;
}
