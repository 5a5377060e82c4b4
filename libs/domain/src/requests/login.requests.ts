import { z } from 'zod';
import { defineRequest } from './define-request.js';

/** What an OAuth client was given: a bearer token, how long it is good (seconds), and what for (scopes, blank-separated). */
export const GrantedToken = z.object({
  accessToken: z.string(),
  expiresInSeconds: z.number().int(),
  scope: z.string(),
});
export type GrantedToken = z.infer<typeof GrantedToken>;

/** How a code must be redeemed: RFC 7636. */
export const CodeChallenge = z.object({ value: z.string(), method: z.enum(['S256', 'plain']) });
export type CodeChallenge = z.infer<typeof CodeChallenge>;

/**
 * Somebody presents a name and a password on behalf of an OAuth client, which the asking door has checked.
 * Neither `code` nor `token` in the answer: refused, because of the password, or (`retryAfterSeconds`) because there
 * were too many tries. `user` is set for a name that is known, also when refused: for records, never for the client.
 */
export const AuthorizeLogin = defineRequest(
  'auth.login.authorize',
  z.object({
    username: z.string(),
    password: z.string(),
    /** Address the attempt came from. */
    address: z.string(),
    clientId: z.string(),
    scopes: z.array(z.string()),
    /** A code to be redeemed later, or the token at once. */
    gives: z.discriminatedUnion('what', [
      z.object({ what: z.literal('code'), redirectUri: z.string(), challenge: CodeChallenge.optional() }),
      z.object({ what: z.literal('token') }),
    ]),
  }),
  z.object({
    user: z.string().optional(),
    code: z.string().optional(),
    token: GrantedToken.optional(),
    retryAfterSeconds: z.number().int().optional(),
    /** Set when one of the scopes means nothing here. */
    badScope: z.string().optional(),
  }),
);

/** A code is traded for a token, once. Without `token` in the answer it was refused. */
export const RedeemCode = defineRequest(
  'auth.login.redeem',
  z.object({
    code: z.string(),
    clientId: z.string(),
    redirectUri: z.string(),
    verifier: z.string().optional(),
    address: z.string(),
  }),
  z.object({
    user: z.string().optional(),
    token: GrantedToken.optional(),
    retryAfterSeconds: z.number().int().optional(),
  }),
);

/** The issuer of service account tokens, and the public keys (JWK) that verify them. */
export const ListSigningKeys = defineRequest(
  'auth.signing-key.list',
  z.object({}),
  z.object({ issuer: z.string(), keys: z.array(z.record(z.string(), z.unknown())) }),
);
