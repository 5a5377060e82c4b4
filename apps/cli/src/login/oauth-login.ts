import { createHash, randomBytes } from 'node:crypto';
import type { ApiClient } from '../client/api-client.js';
import { CommandError } from '../errors.js';

export interface OAuthServer {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
}

const CHALLENGING_CLIENT = 'openshift-challenging-client';

/** Where tokens come from; undefined when the server does not say. */
export async function readOAuthServer(client: ApiClient): Promise<OAuthServer | undefined> {
  const answer = await client.open({ method: 'GET', path: '/.well-known/oauth-authorization-server' });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (answer.statusCode !== 200) return undefined;
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as OAuthServer;
}

/** What the server answered to name and password. */
export class LoginRefused extends CommandError {
  constructor() {
    super('Login failed (401 Unauthorized)\nVerify you have provided the correct credentials.');
  }
}

/** Trades a name and a password for a token, by the authorization-code grant with PKCE that `oc login` uses. */
export async function requestToken(client: ApiClient, username: string, password: string): Promise<string> {
  const server = await readOAuthServer(client);
  if (!server) throw new CommandError('the server does not offer a login by name and password; use --token');
  const verifier = randomBytes(32).toString('base64url');
  const redirect = `${server.issuer}/oauth/token/implicit`;
  const code = await requestCode(client, server, { username, password, verifier, redirect });
  return redeemCode(client, server, { clientId: CHALLENGING_CLIENT, code, verifier, redirect });
}

/** A code that was given out to a client, and what proves that it is the same client. */
export interface CodeRedemption {
  clientId: string;
  code: string;
  verifier: string;
  redirect: string;
}

/** Trades a code for a token. */
export async function redeemCode(
  client: ApiClient,
  server: OAuthServer,
  { clientId, code, verifier, redirect }: CodeRedemption,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirect,
    code_verifier: verifier,
  });
  const { text } = await client.request({
    method: 'POST',
    path: pathOf(server.token_endpoint),
    body: body.toString(),
    contentType: 'application/x-www-form-urlencoded',
    accept: 'application/json',
    headers: { authorization: basic(clientId, '') },
  });
  return (JSON.parse(text) as { access_token: string }).access_token;
}

interface CodeRequest {
  username: string;
  password: string;
  verifier: string;
  redirect: string;
}

async function requestCode(
  client: ApiClient,
  server: OAuthServer,
  { username, password, verifier, redirect }: CodeRequest,
): Promise<string> {
  const answer = await client.open({
    method: 'GET',
    path: pathOf(server.authorization_endpoint),
    query: {
      client_id: CHALLENGING_CLIENT,
      response_type: 'code',
      redirect_uri: redirect,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    },
    headers: { 'x-csrf-token': '1', authorization: basic(username, password) },
  });
  answer.resume();
  if (answer.statusCode === 401) throw new LoginRefused();
  if (answer.statusCode === 429)
    throw new CommandError(`Login failed: too many tries; wait ${answer.headers['retry-after'] ?? 'some'} seconds`);
  const location = answer.headers.location;
  if (answer.statusCode !== 302 || !location)
    throw new CommandError(`the server answered ${answer.statusCode} to the login`);
  const parameters = new URL(location, server.issuer).searchParams;
  const failure = parameters.get('error');
  if (failure) throw new CommandError(parameters.get('error_description') ?? failure);
  const code = parameters.get('code');
  if (!code) throw new CommandError('the server answered the login without a code');
  return code;
}

/** Endpoints are asked for at the address that was given, whatever name the server has for itself. */
function pathOf(endpoint: string): string {
  return new URL(endpoint).pathname;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
