import { z } from 'zod';
import { MalformedAnswer } from '../../errors.js';
import type { Authorization } from '../auth-scheme.js';

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields; `token` and `access_token` mean the same. */
const TokenBody = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional().catch(undefined),
});

const SHORTEST_LIFE_SECONDS = 60;

/** Reads a token server's answer; a token is used for nine tenths of its life, at least until 5 s before its end. */
export function readToken(url: string, body: Buffer, now: number): Authorization {
  const parsed = TokenBody.safeParse(parseJson(url, body));
  const token = parsed.data?.token || parsed.data?.access_token;
  if (!token || /[^\x21-\x7e]/.test(token)) throw new MalformedAnswer(url, 'the token server answered no token');
  const lifeMs = Math.max(parsed.data?.expires_in ?? 0, SHORTEST_LIFE_SECONDS) * 1000;
  return { header: `Bearer ${token}`, expiresAt: now + lifeMs - Math.max(5000, lifeMs / 10) };
}

function parseJson(url: string, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new MalformedAnswer(url, 'the token server answered no JSON', { cause });
  }
}
