import { Lexer, Parser } from 'yaml';

/**
 * Is the text nested deeper than `limit` levels? The library's composer recurses for every level, and a stack that is
 * nearly used up ends the whole process where a regular expression is compiled on it. Its lexer and parser keep a
 * stack of their own, and stop here as soon as it is too high.
 */
export function isNestedDeeper(text: string, limit: number): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const finished of parser.next(lexeme)) void finished;
    // The document itself and the value that has just begun are not levels.
    if (parser.stack.length > limit + 2) return true;
  }
  return false;
}
