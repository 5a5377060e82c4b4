import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** Argon2id (the library's default algorithm) with the memory and passes that OWASP's cheat sheet names first. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const SHORTEST = 8;
const LONGEST_BYTES = 1024;

/** Of a password nobody knows: a name without password costs what one with a password costs. */
let nobodysHash: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Takes as long without a hash as with one. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword(randomBytes(24).toString('base64'));
  const isRight = await verify(stored ?? (await nobodysHash), password);
  return isRight && stored !== undefined;
}

/** What is wrong with a new password; undefined if nothing is. */
export function passwordProblem(password: unknown, username: string): string | undefined {
  if (typeof password !== 'string' || password === '') return 'a password is needed';
  if ([...password].length < SHORTEST) return `must have at least ${SHORTEST} characters`;
  if (Buffer.byteLength(password) > LONGEST_BYTES) return `must have no more than ${LONGEST_BYTES} bytes`;
  if (password.toLowerCase() === username.toLowerCase()) return 'must not be the name of the user';
  return undefined;
}
