import { describe, expect, it } from '@jest/globals';
import { readAuthorizeRequest, redirectWith } from './authorize-request.js';

const ISSUER = 'https://api.example.com:8443';
const CHALLENGE = 'x'.repeat(43);
const read = (parameters: Record<string, string> | string) =>
  readAuthorizeRequest(new URLSearchParams(parameters), ISSUER);
const cli = { client_id: 'openshift-challenging-client', response_type: 'code' };
const web = {
  client_id: 'openshift-cli-client',
  response_type: 'code',
  redirect_uri: 'http://127.0.0.1:41234/callback',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

describe('the authorization endpoint', () => {
  it('takes the challenging client with its own redirect and every right', () => {
    expect(read({ ...cli, state: 's' })).toMatchObject({
      redirectUri: `${ISSUER}/oauth/token/implicit`,
      responseType: 'code',
      scopes: ['user:full'],
      state: 's',
      challenge: undefined,
    });
  });

  it('takes the web client at a loopback address', () => {
    expect(read(web)).toMatchObject({ challenge: { value: CHALLENGE, method: 'S256' } });
  });

  it.each([
    ['an unknown client', { ...cli, client_id: 'mine' }],
    ['no client', { response_type: 'code' }],
    ['another redirect', { ...cli, redirect_uri: 'https://evil.example.com/oauth/token/implicit' }],
    ['a redirect that only begins alike', { ...cli, redirect_uri: `${ISSUER}/oauth/token/implicit/../x` }],
    ['the web client elsewhere', { ...web, redirect_uri: 'http://evil.example.com:1/callback' }],
    ['the web client with a name before the address', { ...web, redirect_uri: 'http://a@127.0.0.1:1/callback' }],
    ['a parameter twice', 'client_id=openshift-challenging-client&client_id=x&response_type=code'],
  ])('sends nobody anywhere for %s', (_case, parameters) => {
    expect(read(parameters)).toEqual({ problem: expect.any(String) });
  });

  it.each([
    ['another response type', { ...cli, response_type: 'id_token' }, 'unsupported_response_type'],
    ['a short challenge', { ...cli, code_challenge: 'abc' }, 'invalid_request'],
    ['another method', { ...web, code_challenge_method: 'MD5' }, 'invalid_request'],
    ['a method alone', { ...cli, code_challenge_method: 'S256' }, 'invalid_request'],
    ['a web client without challenge', { ...web, code_challenge: '' }, 'invalid_request'],
    ['a web client that wants a token', { ...web, response_type: 'token' }, 'invalid_request'],
  ])('tells the client about %s', (_case, parameters, error) => {
    expect(read(parameters)).toMatchObject({ error });
  });

  it('adds what it tells to the redirect', () => {
    expect(redirectWith('http://127.0.0.1:1/callback', { code: 'a b', state: undefined })).toBe(
      'http://127.0.0.1:1/callback?code=a+b',
    );
    expect(redirectWith(`${ISSUER}/x`, { access_token: 't' }, 'fragment')).toBe(`${ISSUER}/x#access_token=t`);
  });
});
