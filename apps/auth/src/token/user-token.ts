import type { FieldError, KubeObject } from '@faktorz/apimachinery';
import { parseScope, SCOPES_SUPPORTED } from '../access/token-scopes.js';

export const AUTH_GROUP = 'auth.faktorz.io';

/** A token of a user as it is kept: its name is the hash of the token, which itself is kept nowhere. */
export interface UserToken extends KubeObject {
  spec: {
    /** Name of the user whose token it is. */
    user: string;
    /** How long it is good; absent: until it is deleted. */
    expiresInSeconds?: number;
    /** What it may be used for; default everything the user may do. */
    scopes?: string[];
    description?: string;
    /** OAuth client that asked for it. */
    clientName?: string;
  };
  status: {
    userUID: string;
    /** RFC 3339; absent for a token that does not end. */
    expiresAt?: string;
    /** The token itself, in the answer to its creation and nowhere else. */
    token?: string;
  };
}

const LONGEST_LIFE_SECONDS = 10 * 365 * 24 * 3600;

export function validateUserToken({ spec }: UserToken): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec?.user) errors.push({ field: 'spec.user', type: 'Required', detail: 'the user whose token it will be' });
  const life = spec?.expiresInSeconds;
  if (life !== undefined && (!Number.isInteger(life) || life < 1 || life > LONGEST_LIFE_SECONDS)) {
    errors.push({
      field: 'spec.expiresInSeconds',
      type: 'Invalid',
      value: life,
      detail: `must be between 1 and ${LONGEST_LIFE_SECONDS}`,
    });
  }
  (spec?.scopes ?? []).forEach((scope, index) => {
    if (!parseScope(scope)) {
      errors.push({
        field: `spec.scopes[${index}]`,
        type: 'NotSupported',
        value: scope,
        detail: `supported values: ${SCOPES_SUPPORTED.map((name) => JSON.stringify(name)).join(', ')}, "role:<cluster role>:<namespace>"`,
      });
    }
  });
  return errors;
}

export function hasExpired(token: UserToken, now: Date): boolean {
  return token.status.expiresAt !== undefined && Date.parse(token.status.expiresAt) <= now.getTime();
}
