import { CommandError } from '../errors.js';
import { type ImageLocation, parseImageLocation } from '../outside-registries/image-location.js';

/** One image to copy, and where to. */
export interface Mapping {
  source: ImageLocation;
  destination: ImageLocation;
}

/**
 * Reads what to copy: `SOURCE DESTINATION [DESTINATION ...]`, or pairs `SOURCE=DESTINATION`; `lines` of a file are pairs, or a source and
 * its destinations with blanks between.
 */
export function parseMappings(args: readonly string[], lines: readonly string[]): Mapping[] {
  const mappings = [...parseWords(args), ...lines.flatMap((line) => parseWords(line.split(/\s+/).filter(Boolean)))];
  if (mappings.length === 0) {
    throw new CommandError(
      'you must specify at least one source image to pull and the destination to push to as SRC DST or SRC=DST',
    );
  }
  refuseTwoSources(mappings);
  return mappings;
}

/** Lines that say something: neither empty nor a comment. */
export function mappingLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function parseWords(words: readonly string[]): Mapping[] {
  if (words.length === 0) return [];
  if (words.every((word) => word.includes('='))) return words.map(parsePair);
  const mixed = words.find((word) => word.includes('='));
  if (mixed !== undefined) throw new CommandError(`all arguments must be SRC=DST or SRC DST [DST ...]: "${mixed}"`);
  const [source = '', ...destinations] = words;
  if (destinations.length === 0) {
    throw new CommandError(
      'all arguments must be valid SRC=DST mappings, or you must specify one SRC argument and one or more DST arguments',
    );
  }
  return destinations.map((destination) => mapping(source, destination));
}

function parsePair(pair: string): Mapping {
  const [source = '', destination = '', ...more] = pair.split('=');
  if (source === '' || destination === '' || more.length > 0) {
    throw new CommandError(`"${pair}" is no valid SRC=DST mapping`);
  }
  return mapping(source, destination);
}

function mapping(source: string, destination: string): Mapping {
  const to = parseImageLocation(destination);
  if (to.digest !== '')
    throw new CommandError(`the destination "${destination}" must name a tag, or neither tag nor digest`);
  return { source: parseImageLocation(source), destination: to };
}

function refuseTwoSources(mappings: readonly Mapping[]): void {
  const seen = new Map<string, string>();
  for (const { source, destination } of mappings) {
    if (destination.tag === '') continue;
    const earlier = seen.get(destination.text);
    if (earlier !== undefined && earlier !== source.text) {
      throw new CommandError(`each destination tag may only be specified once: ${destination.text}`);
    }
    seen.set(destination.text, source.text);
  }
}
