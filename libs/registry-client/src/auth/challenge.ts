/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  scheme: string;
  /** Names in lower case. */
  parameters: Readonly<Record<string, string>>;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;

/** Reads all challenges of one or several headers, also several in one; text that is no challenge is skipped. */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  const headers = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return headers.flatMap((text) => parseHeader(text.slice(0, 8192)));
}

/**
 * The scope that challenges ask for, of a repository no more than reading it: a registry must not have our token for
 * writing. Undefined when none is named.
 */
export function readingScope(challenges: readonly Challenge[]): string | undefined {
  const scopes = challenges.map(({ parameters }) => parameters.scope).find(Boolean);
  return scopes?.replace(/(^|\s)(repository\S*):[^:\s]*/g, '$1$2:pull');
}

function parseHeader(text: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let rest = text;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const word = TOKEN.exec(rest)?.[0];
    if (!word) return challenges;
    const parameter = readParameter(rest.slice(word.length));
    if (parameter) {
      const current = challenges.at(-1);
      if (current) current.parameters[word.toLowerCase()] = parameter.value;
      rest = parameter.rest;
    } else {
      challenges.push({ scheme: word.toLowerCase(), parameters: {} });
      rest = rest.slice(word.length);
    }
  }
}

/** `= token` or `= "quoted \" text"` at the beginning of `text`. */
function readParameter(text: string): { value: string; rest: string } | undefined {
  const quoted = /^\s*=\s*"((?:[^"\\]|\\.)*)"/.exec(text);
  if (quoted) return { value: (quoted[1] ?? '').replace(/\\(.)/g, '$1'), rest: text.slice(quoted[0].length) };
  const plain = /^\s*=\s*([^\s",]+)/.exec(text);
  return plain?.[1] === undefined ? undefined : { value: plain[1], rest: text.slice(plain[0].length) };
}
