/**
 * How Go's yaml.v2 (behind `sigs.k8s.io/yaml`) decides whether a string may stand unquoted and how each style is
 * written: https://github.com/yaml/go-yaml/blob/v2/resolve.go and emitterc.go.
 */
const WORDS = new Set(
  [
    '',
    '~',
    'null',
    'Null',
    'NULL',
    '.nan',
    '.NaN',
    '.NAN',
    '.inf',
    '.Inf',
    '.INF',
    '+.inf',
    '+.Inf',
    '+.INF',
    '-.inf',
    '-.Inf',
    '-.INF',
  ].concat(
    ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off'].flatMap((word) => [
      word,
      word[0]?.toUpperCase() + word.slice(1),
      word.toUpperCase(),
    ]),
  ),
);
const INTEGER = /^[-+]?(0|[1-9][0-9]*|0[0-7]+|0o[0-7]+|0x[0-9a-fA-F]+|0b[01]+)$/i;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DOT_FLOAT = /^\.[0-9]+([eE][-+]?[0-9]+)?$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)|[ ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

/** True when a reader would take the bare text for something else than a string. */
export function readsAsOtherType(text: string): boolean {
  if (WORDS.has(text) || BASE60.test(text)) return true;
  if (/^[-+0-9]/.test(text)) {
    const plain = text.replaceAll('_', '');
    return TIMESTAMP.test(text) || INTEGER.test(plain) || FLOAT.test(plain);
  }
  return DOT_FLOAT.test(text);
}

export interface ScalarFacts {
  multiline: boolean;
  plainAllowed: boolean;
  singleQuotedAllowed: boolean;
  blockAllowed: boolean;
}

const FIRST_INDICATORS = new Set([...`#,[]{}&*!|>'"%@\``]);

/** What the characters of a text allow, in block context. */
export function analyzeScalar(text: string): ScalarFacts {
  if (text === '') return { multiline: false, plainAllowed: true, singleQuotedAllowed: true, blockAllowed: false };
  const chars = [...text];
  const isBlankAt = (at: number) =>
    at < 0 || at >= chars.length || /[ \t\n\r\u0085\u2028\u2029]/.test(chars[at] as string);
  let indicators = text.startsWith('---') || text.startsWith('...');
  let special = false;
  let breakSpace = false;
  let spaceBreak = false;
  chars.forEach((char, at) => {
    const followedByBlank = isBlankAt(at + 1);
    if (at === 0) {
      if (FIRST_INDICATORS.has(char)) indicators = true;
      if ('?:-'.includes(char) && followedByBlank) indicators = true;
    } else {
      if (char === ':' && followedByBlank) indicators = true;
      if (char === '#' && isBlankAt(at - 1)) indicators = true;
    }
    if (!isPrintable(char)) special = true;
    if (char === ' ' && isBreak(chars[at - 1])) breakSpace = true;
    if (isBreak(char) && chars[at - 1] === ' ') spaceBreak = true;
  });
  const multiline = chars.some(isBreak);
  const edge = (char: string | undefined) => char === ' ' || isBreak(char);
  const edges = edge(chars[0]) || edge(chars.at(-1));
  return {
    multiline,
    plainAllowed: !indicators && !special && !breakSpace && !spaceBreak && !multiline && !edges,
    singleQuotedAllowed: !special && !breakSpace && !spaceBreak,
    blockAllowed: !special && !spaceBreak && chars.at(-1) !== ' ',
  };
}

export function isBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029';
}

export function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  return code >= 0xa0 && code !== 0xfeff && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

const ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** One character inside double quotes. */
export function escapeDoubleQuoted(char: string): string {
  if (isPrintable(char) && !isBreak(char) && char !== '"' && char !== '\\') return char;
  const short = ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
