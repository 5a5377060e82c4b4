import type { FlagDefinition } from './flag-definition.js';
import { parseDuration } from './parse-duration.js';

/** A flag that does not exist or whose value cannot be read; `message` reads as cobra words it. */
export class FlagError extends Error {}

/** The flags and arguments of one call. */
export class ParsedFlags {
  private readonly values = new Map<string, string[]>();

  constructor(private readonly definitions: ReadonlyMap<string, FlagDefinition>) {}

  /** True where the flag was given, whatever its value. */
  changed(name: string): boolean {
    return this.values.has(name);
  }

  bool(name: string): boolean {
    const given = this.last(name);
    return given === undefined ? this.definitions.get(name)?.default === true : given === 'true';
  }

  /** The value given, else the flag's default, else ''. */
  string(name: string): string {
    return this.last(name) ?? String(this.definitions.get(name)?.default ?? '');
  }

  int(name: string): number {
    return Number(this.last(name) ?? this.definitions.get(name)?.default ?? 0);
  }

  /** In milliseconds; negative values are kept. */
  durationMs(name: string): number {
    return parseDuration(this.string(name) || '0s') ?? 0;
  }

  all(name: string): string[] {
    const given = this.values.get(name) ?? [];
    return this.definitions.get(name)?.kind === 'list' ? given.flatMap((value) => value.split(',')) : given;
  }

  /** The same flags as if this one had not been given. */
  without(name: string): ParsedFlags {
    const others = new ParsedFlags(this.definitions);
    for (const [given, values] of this.values) if (given !== name) others.values.set(given, values);
    return others;
  }

  set(definition: FlagDefinition, raw: string, shown: string): void {
    checkValue(definition, raw, shown);
    const value = definition.kind === 'bool' ? String(BOOLEANS.get(raw)) : raw;
    const many = definition.kind === 'array' || definition.kind === 'list';
    this.values.set(definition.name, many ? [...(this.values.get(definition.name) ?? []), value] : [value]);
  }

  private last(name: string): string | undefined {
    return this.values.get(name)?.at(-1);
  }
}

const BOOLEANS = new Map(
  ['1', 't', 'T', 'true', 'TRUE', 'True']
    .map((text): [string, boolean] => [text, true])
    .concat(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text): [string, boolean] => [text, false])),
);

function checkValue(definition: FlagDefinition, raw: string, shown: string): void {
  const refuse = (detail: string) => {
    throw new FlagError(`invalid argument "${raw}" for "${shown}" flag: ${detail}`);
  };
  if (definition.kind === 'bool' && !BOOLEANS.has(raw)) {
    refuse(`strconv.ParseBool: parsing "${raw}": invalid syntax`);
  }
  if (definition.kind === 'int' && !/^[+-]?\d+$/.test(raw)) {
    refuse(`strconv.ParseInt: parsing "${raw}": invalid syntax`);
  }
  if (definition.kind === 'duration' && parseDuration(raw) === undefined) refuse(`time: invalid duration "${raw}"`);
}

/**
 * Reads flags the way pflag does: `--name=value`, `--name value`, `-n value`, `-nvalue`, `-wA`; flags and arguments
 * may mix; everything after `--` is an argument. `stopAtArgument` ends at the first argument (for finding the verb).
 */
export function parseFlags(
  argv: readonly string[],
  definitions: readonly FlagDefinition[],
): { flags: ParsedFlags; args: string[]; dashAt: number } {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const byShort = new Map(
    definitions.flatMap((definition) => (definition.short ? [[definition.short, definition]] : [])),
  );
  const flags = new ParsedFlags(byName);
  const args: string[] = [];
  const rest = [...argv];
  let dashAt = -1;
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (word === '--') {
      dashAt = args.length;
      args.push(...rest);
      break;
    }
    if (word.startsWith('--')) parseLong(word, rest, byName, flags);
    else if (word.startsWith('-') && word !== '-')
      parseShort(word, rest, byShort as Map<string, FlagDefinition>, flags);
    else args.push(word);
  }
  return { flags, args, dashAt };
}

function parseLong(word: string, rest: string[], byName: Map<string, FlagDefinition>, flags: ParsedFlags): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
  const definition = byName.get(name);
  if (!definition) throw new FlagError(`unknown flag: --${name}`);
  const shown = definition.short ? `-${definition.short}, --${name}` : `--${name}`;
  if (equals >= 0) return flags.set(definition, word.slice(equals + 1), shown);
  const bare = definition.kind === 'bool' ? 'true' : definition.bare;
  if (bare !== undefined) return flags.set(definition, bare, shown);
  if (rest.length === 0) throw new FlagError(`flag needs an argument: --${name}`);
  flags.set(definition, rest.shift() as string, shown);
}

function parseShort(word: string, rest: string[], byShort: Map<string, FlagDefinition>, flags: ParsedFlags): void {
  let letters = word.slice(1);
  while (letters !== '') {
    const letter = letters[0] as string;
    const definition = byShort.get(letter);
    if (!definition) throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
    const shown = `-${letter}, --${definition.name}`;
    letters = letters.slice(1);
    if (letters.startsWith('=')) return flags.set(definition, letters.slice(1), shown);
    const bare = definition.kind === 'bool' ? 'true' : definition.bare;
    if (bare !== undefined) {
      flags.set(definition, bare, shown);
      continue;
    }
    if (letters !== '') return flags.set(definition, letters, shown);
    if (rest.length === 0) throw new FlagError(`flag needs an argument: '${letter}' in -${letter}`);
    return flags.set(definition, rest.shift() as string, shown);
  }
}
