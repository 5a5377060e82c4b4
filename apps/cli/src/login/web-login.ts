import { spawn } from 'node:child_process';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiClient } from '../client/api-client.js';
import { CommandError } from '../errors.js';
import { readOAuthServer, redeemCode } from './oauth-login.js';

const CLIENT = 'openshift-cli-client';
const WAIT_MS = 5 * 60_000;
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Logs in through a browser (RFC 8252): the server sends it back to a port of this computer, with a code. */
export async function webLogin(client: ApiClient, print: (text: string) => void, port = 0): Promise<string> {
  const server = await readOAuthServer(client);
  if (!server) throw new CommandError('the server does not offer a login by browser; use --token');
  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  await using callback = await Callback.open(port);
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: callback.uri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  print(`Opening login URL in the default browser: ${url.href}\n`);
  openBrowser(url.href);
  const answer = await callback.answer;
  if (!isSame(answer.get('state') ?? '', state)) throw new CommandError('the browser came back from another login');
  const failure = answer.get('error');
  if (failure) throw new CommandError(answer.get('error_description') ?? failure);
  const code = answer.get('code');
  if (!code) throw new CommandError('the browser came back without a code');
  return redeemCode(client, server, { clientId: CLIENT, code, verifier, redirect: callback.uri });
}

/** The address the browser is sent back to; it answers one request. */
class Callback implements AsyncDisposable {
  readonly answer: Promise<URLSearchParams>;
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    let timer: NodeJS.Timeout | undefined;
    this.answer = new Promise((resolve, reject) => {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const url = new URL(request.url ?? '/', this.uri);
        response.setHeader('connection', 'close').setHeader('content-type', 'text/plain; charset=utf-8');
        if (request.method !== 'GET' || url.pathname !== '/callback') return void response.writeHead(404).end();
        const failure = url.searchParams.get('error_description') ?? url.searchParams.get('error');
        const outcome = failure === null ? '' : `The login failed: ${failure}\n`;
        response.end(`${outcome}You can close this page and go back to the command line.\n`);
        resolve(url.searchParams);
      });
      timer = setTimeout(() => reject(new CommandError('nobody logged in within 5 minutes')), WAIT_MS);
    });
    this.answer.catch(() => undefined); // whoever waits hears of it
    this.timer = timer!;
  }

  static async open(port: number): Promise<Callback> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return new Callback(server);
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/callback`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.timer);
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeIdleConnections();
    });
  }
}

/** Where no browser can be opened, the printed address does. */
function openBrowser(url: string): void {
  const [program = 'xdg-open', ...args] = PROGRAMS[process.platform] ?? ['xdg-open'];
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
