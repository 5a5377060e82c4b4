import type { Token } from './lexer.js';

/** The value of a constant as Go reads it. */
export function readLiteral({ type, text }: Token): string | number {
  switch (type) {
    case 'raw string':
      return text.slice(1, -1);
    case 'string':
      return unescape(text.slice(1, -1));
    case 'character':
      return unescape(text.slice(1, -1)).codePointAt(0) ?? 0;
    default: {
      const digits = text.replaceAll('_', '');
      return digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits.replace('+', ''));
    }
  }
}

const ESCAPES: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/g,
    (_, hex?: string, short?: string, long?: string, octal?: string, char?: string) => {
      if (char !== undefined) return ESCAPES[char] ?? char;
      return String.fromCodePoint(octal ? parseInt(octal, 8) : parseInt((hex ?? short ?? long) as string, 16));
    },
  );
}
