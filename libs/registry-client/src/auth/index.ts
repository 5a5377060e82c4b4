import { anonymousScheme } from './anonymous/anonymous.scheme.js';
import type { AuthScheme } from './auth-scheme.js';
import { basicScheme } from './basic/basic.scheme.js';
import { bearerScheme } from './bearer/bearer.scheme.js';
import type { Challenge } from './challenge.js';

/** The first that accepts one of the challenges answers it. */
export const authSchemes: readonly AuthScheme[] = [bearerScheme, basicScheme, anonymousScheme];

/** Chooses scheme and challenge: the order of `authSchemes` decides, not the server's. Undefined when there is no challenge. */
export function schemeFor(challenges: readonly Challenge[]): { scheme: AuthScheme; challenge: Challenge } | undefined {
  for (const scheme of authSchemes) {
    const challenge = challenges.find((one) => scheme.accepts(one));
    if (challenge) return { scheme, challenge };
  }
  return undefined;
}
