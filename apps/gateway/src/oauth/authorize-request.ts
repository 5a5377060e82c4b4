import type { CodeChallenge } from '@faktorz/domain';
import { findClient, type OAuthClient } from './oauth-clients.js';
import { givenTwice } from './read-form.js';

/** What an OAuth client asks of the authorization endpoint, checked. */
export interface AuthorizeRequest {
  client: OAuthClient;
  redirectUri: string;
  responseType: 'code' | 'token';
  state: string | undefined;
  scopes: string[];
  challenge: CodeChallenge | undefined;
}

/** Client or redirect are not to be trusted: the user agent must not be sent anywhere (RFC 6749 §4.1.2.1). */
export interface Untrusted {
  problem: string;
}

/** Anything else that is wrong is told to the client, at its redirect. */
export interface Refused {
  redirectUri: string;
  state: string | undefined;
  error: 'unsupported_response_type' | 'invalid_request' | 'invalid_scope';
  description: string;
}

const DEFAULT_SCOPE = 'user:full';
const MOST_SCOPES = 32;
/** RFC 7636 §4.1 and §4.2. */
const CHALLENGE = /^[A-Za-z0-9\-._~]{43,128}$/;
/** Parameters that must not come twice (RFC 6749 §3.1). */
const SINGLE = [
  'client_id',
  'redirect_uri',
  'response_type',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
];

export function readAuthorizeRequest(query: URLSearchParams, issuer: string): AuthorizeRequest | Untrusted | Refused {
  const twice = givenTwice(query, SINGLE);
  if (twice) return { problem: `the parameter ${twice} was given more than once` };
  const client = findClient(query.get('client_id') ?? '');
  if (!client) return { problem: 'the client_id is not known here' };
  const redirectUri = query.get('redirect_uri') ?? client.defaultRedirect?.(issuer) ?? '';
  if (!client.mayRedirectTo(redirectUri, issuer)) return { problem: 'the redirect_uri is not one of this client' };
  const state = query.get('state') ?? undefined;
  const refused = (error: Refused['error'], description: string): Refused => ({
    redirectUri,
    state,
    error,
    description,
  });

  const responseType = query.get('response_type');
  if (responseType !== 'code' && responseType !== 'token')
    return refused('unsupported_response_type', 'response_type must be code or token');
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length > MOST_SCOPES) return refused('invalid_scope', `no more than ${MOST_SCOPES} scopes`);
  const challenge = readChallenge(query);
  if (challenge === 'bad')
    return refused('invalid_request', 'code_challenge must have 43 to 128 characters, its method be S256 or plain');
  if (client.needsChallenge && (responseType !== 'code' || !challenge))
    return refused('invalid_request', 'this client has to ask for a code, with a code_challenge');
  return {
    client,
    redirectUri,
    responseType,
    state,
    scopes: scopes.length > 0 ? scopes : [DEFAULT_SCOPE],
    challenge,
  };
}

function readChallenge(query: URLSearchParams): CodeChallenge | undefined | 'bad' {
  const value = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'plain';
  if (value === null) return query.has('code_challenge_method') ? 'bad' : undefined;
  if (!CHALLENGE.test(value) || (method !== 'S256' && method !== 'plain')) return 'bad';
  return { value, method };
}

/** The redirect that tells the client something: in the query for codes, in the fragment for tokens. */
export function redirectWith(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
  where: 'query' | 'fragment' = 'query',
): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const url = new URL(uri);
  if (where === 'fragment') url.hash = new URLSearchParams(given).toString();
  else for (const [name, value] of given) url.searchParams.set(name, value);
  return url.href;
}
