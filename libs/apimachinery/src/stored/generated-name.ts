import { randomInt } from 'node:crypto';

/** No vowels and nothing that looks like another character: names stay readable and harmless. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_LENGTH = 63;

/** A name that begins as asked and ends in five random characters; the beginning is cut so that the whole fits 63. */
export function generatedName(base: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return base.slice(0, MAX_LENGTH - SUFFIX_LENGTH) + suffix;
}
