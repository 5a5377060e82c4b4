/** A program that may ask for tokens. All of them are public clients: they have no secret. */
export interface OAuthClient {
  id: string;
  /** True for command lines: asked for name and password by a Basic challenge. False: by a page in a browser. */
  isChallenged: boolean;
  /** Is a code worthless without its verifier? Then a challenge must be given. */
  needsChallenge: boolean;
  /** Where it is sent when it names no place; undefined when it must name one. */
  defaultRedirect?(issuer: string): string;
  mayRedirectTo(uri: string, issuer: string): boolean;
}

const IMPLICIT_PATH = '/oauth/token/implicit';
/** RFC 8252 §7.3: any port of the loopback address. */
const LOOPBACK_CALLBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/callback$/;

const CLIENTS: readonly OAuthClient[] = [
  {
    id: 'openshift-challenging-client',
    isChallenged: true,
    needsChallenge: false,
    defaultRedirect: (issuer) => `${issuer}${IMPLICIT_PATH}`,
    mayRedirectTo: (uri, issuer) => uri === `${issuer}${IMPLICIT_PATH}`,
  },
  {
    id: 'openshift-cli-client',
    isChallenged: false,
    needsChallenge: true,
    mayRedirectTo: (uri) => LOOPBACK_CALLBACK.test(uri),
  },
];

/** Client id under which the token request page asks. */
export const PAGE_CLIENT = 'openshift-browser-client';

export function findClient(id: string): OAuthClient | undefined {
  return CLIENTS.find((client) => client.id === id);
}
