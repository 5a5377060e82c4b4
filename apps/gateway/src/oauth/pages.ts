import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
  main { box-sizing: border-box; width: 100%; max-width: 28rem; padding: 2rem; }
  h1 { font-size: 1.5rem; margin: 0 0 1rem; }
  h2 { font-size: 1.125rem; }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
  button { margin-top: 1.5rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; }
  pre { padding: .75rem; border: 1px solid; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
  [role=alert] { border-left: .25rem solid #c9190b; padding: .25rem .75rem; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/**
 * Browsers hold a form's redirects to `form-action` as well: a login by `--web` ends at a loopback address. That of IPv6
 * cannot be written there (https://www.w3.org/TR/CSP3/#grammardef-host-source), so whoever asks for it gets the scheme alone.
 */
function policy(redirectUri = ''): string {
  const loopback = redirectUri.startsWith('http://[::1]:') ? 'http:' : 'http://127.0.0.1:*';
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self' ${loopback}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Sends one of the pages below. They hold no script and load nothing. `redirectUri`: where its form ends up in the end. */
export function sendPage(
  response: ServerResponse,
  code: number,
  html: string,
  headers: Record<string, string> = {},
  redirectUri?: string,
): void {
  const body = Buffer.from(html);
  response.writeHead(code, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    'content-security-policy': policy(redirectUri),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    // Not `no-referrer`: a browser would then send `Origin: null` with our own form.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=31536000',
    ...headers,
  });
  response.end(body);
}

export interface LoginForm {
  /** Where the form goes, with what the client asked in its query. */
  action: string;
  formToken: string;
  purpose: string;
  username?: string;
  problem?: string;
}

export function loginPage({ action, formToken, purpose, username = '', problem }: LoginForm): string {
  const alert = problem === undefined ? '' : `<p role="alert" id="problem">${escaped(problem)}</p>`;
  // Who mistyped is most often to type the password again.
  const [nameFocus, passwordFocus] = problem !== undefined && username !== '' ? ['', ' autofocus'] : [' autofocus', ''];
  const described = problem === undefined ? '' : ' aria-describedby="problem" aria-invalid="true"';
  return page(
    'Log in to FaktorZ',
    `<h1>Log in to FaktorZ</h1>
    <p>${escaped(purpose)}</p>
    ${alert}
    <form method="post" action="${escaped(action)}">
      <input type="hidden" name="form_token" value="${escaped(formToken)}">
      <label for="username">User name</label>
      <input id="username" name="username" value="${escaped(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${nameFocus}${described}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${passwordFocus}${described}>
      <button type="submit">Log in</button>
    </form>`,
  );
}

export function tokenPage(token: string, issuer: string, hours: number): string {
  return page(
    'Your token - FaktorZ',
    `<h1>Your token</h1>
    <p>Good for ${hours} hours. Whoever has it can act as you: keep it to yourself. It is shown this once.</p>
    <h2>Log in with it</h2>
    <pre>faktorz login --token=${escaped(token)} --server=${escaped(issuer)}</pre>
    <pre>oc login --token=${escaped(token)} --server=${escaped(issuer)}</pre>
    <p><a href="/oauth/token/request">Get another token</a></p>`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(`${title} - FaktorZ`, `<h1>${escaped(title)}</h1><p>${escaped(text)}</p>`);
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
    ${main}
    </main>
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}
