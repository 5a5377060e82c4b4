import bcrypt from 'bcryptjs';
import { createHash, timingSafeEqual } from 'node:crypto';

/** Of a password nobody has, so that an unknown name costs what a known one costs. */
const NOBODYS_HASH = bcrypt.hashSync('no such user', 5);
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;
const APR1 = /^\$apr1\$([./A-Za-z0-9]{1,8})\$([./A-Za-z0-9]{22})$/;
const SHA1 = /^\{SHA\}([A-Za-z0-9+/]{27}=)$/;

/** A file as Apache's `htpasswd` writes it: `name:hash` a line. Later lines win; lines it cannot read are passed over. */
export function parseHtpasswd(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1) continue;
    entries.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return entries;
}

/** Compares with a bcrypt, apr1 or `{SHA}` hash. Any other form (crypt, plain text) never matches. */
export async function matchesHtpasswd(hash: string | undefined, password: string): Promise<boolean> {
  if (hash === undefined) {
    await bcrypt.compare(password, NOBODYS_HASH);
    return false;
  }
  if (BCRYPT.test(hash)) return bcrypt.compare(password, hash);
  const apr1Match = APR1.exec(hash);
  if (apr1Match) return isSame(apr1(password, apr1Match[1]!), hash);
  const sha = SHA1.exec(hash)?.[1];
  return sha !== undefined && isSame(createHash('sha1').update(password).digest('base64'), sha);
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const APR1_ROUNDS = 1000;
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Which bytes of the digest make up each group of four letters. */
const APR1_ORDER: readonly (readonly [number, number, number])[] = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
];

/** Apache's variant of MD5-crypt, as `apr_md5_encode` of APR computes it. */
export function apr1(text: string, salt: string): string {
  const password = Buffer.from(text);
  const md5 = (...parts: (Buffer | string)[]): Buffer => {
    const hash = createHash('md5');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const inner = md5(password, salt, password);
  const begin: (Buffer | string)[] = [password, '$apr1$', salt];
  for (let left = password.length; left > 0; left -= 16) begin.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1)
    begin.push(bits & 1 ? Buffer.from([0]) : password.subarray(0, 1));
  let digest = md5(...begin);
  for (let round = 0; round < APR1_ROUNDS; round += 1) {
    const parts: (Buffer | string)[] = [round & 1 ? password : digest];
    if (round % 3) parts.push(salt);
    if (round % 7) parts.push(password);
    parts.push(round & 1 ? digest : password);
    digest = md5(...parts);
  }
  const letters = APR1_ORDER.map(([a, b, c]) => base64Of((digest[a]! << 16) | (digest[b]! << 8) | digest[c]!, 4));
  return `$apr1$${salt}$${letters.join('')}${base64Of(digest[11]!, 2)}`;
}

function base64Of(value: number, letters: number): string {
  let text = '';
  for (let rest = value, count = letters; count > 0; count -= 1, rest >>= 6) text += ALPHABET[rest & 0x3f];
  return text;
}
