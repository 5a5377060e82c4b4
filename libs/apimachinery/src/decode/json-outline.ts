import type { JsonValue } from './json-value.js';

/** What can be said of a JSON text without reading it: how deep it nests and how many members its objects have. */
export interface JsonOutline {
  depth: number;
  members: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Counts brackets and colons outside of strings. Of malformed text it says something, and never fails. */
export function outlineOf(text: string): JsonOutline {
  let [depth, open, members] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x7b:
      case 0x5b:
        depth = Math.max(depth, ++open);
        break;
      case 0x7d:
      case 0x5d:
        open--;
        break;
      case COLON:
        members++;
        break;
      default:
    }
  }
  return { depth, members };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/**
 * How many members the objects of a value have: fewer than its text had when keys were repeated. NaN when a number is
 * too big to be one.
 */
export function countMembers(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  const items = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : items.length;
  for (const item of items) members += countMembers(item);
  return members;
}
