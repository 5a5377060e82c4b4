import http from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { describeConnectionFailure, isPlainHttp, isUntrusted } from '../client/connection-error.js';

export interface RegistryCredentials {
  host: string;
  username: string;
  password: string;
}

export interface RegistryTrust {
  /** Plain HTTP and any certificate will do. */
  insecure: boolean;
  /** PEM to trust beside the public authorities. */
  ca?: Buffer;
}

interface Answer {
  status: number;
  challenge: string;
  body: string;
}

/**
 * Tries credentials as a registry client would: a challenge, then a token, then again. Throws an Error that says what
 * happened and what may be done.
 */
export async function checkCredentials(credentials: RegistryCredentials, trust: RegistryTrust): Promise<void> {
  const { host, username, password } = credentials;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const { base, first } = await findRegistry(host, trust);
  if (first.status !== 401) return requireSuccess(first);
  const authorization = await answerChallenge(first.challenge, basic, trust);
  const second = await ask(`${base}/v2/`, trust, authorization);
  if (second.status === 401 || second.status === 403) throw new Error(REFUSED);
  requireSuccess(second);
}

const REFUSED = 'unauthorized: authentication required';

function requireSuccess({ status }: Answer): void {
  if (status < 200 || status > 299) throw new Error(`the registry answered ${status}`);
}

/** HTTPS; plain HTTP where that is allowed, as it always is on this computer. */
async function findRegistry(host: string, trust: RegistryTrust): Promise<{ base: string; first: Answer }> {
  const secure = `https://${host}`;
  try {
    return { base: secure, first: await ask(`${secure}/v2/`, trust) };
  } catch (error) {
    if (isPlainHttp(codeOf(error)) && (trust.insecure || isLoopback(host))) {
      const base = `http://${host}`;
      return { base, first: await ask(`${base}/v2/`, trust) };
    }
    throw error;
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}

async function answerChallenge(challenge: string, basic: string, trust: RegistryTrust): Promise<string> {
  if (!/^bearer /i.test(challenge)) return basic;
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const url = new URL(parameters.realm as string);
  if (parameters.service) url.searchParams.set('service', parameters.service);
  const answer = await ask(url.href, trust, basic);
  if (answer.status !== 200) throw new Error(REFUSED);
  const body = JSON.parse(answer.body) as { token?: string; access_token?: string };
  return `Bearer ${body.token ?? body.access_token ?? ''}`;
}

function codeOf(error: unknown): string {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** One GET. A failure to connect is told in words, its cause kept. */
async function ask(url: string, { insecure, ca }: RegistryTrust, authorization?: string): Promise<Answer> {
  const { protocol, host } = new URL(url);
  const options = {
    headers: authorization ? { authorization } : {},
    signal: AbortSignal.timeout(10_000),
    rejectUnauthorized: !insecure,
    ca: ca && [...rootCertificates, ca],
  };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const request = (protocol === 'https:' ? https : http).get(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            challenge: response.headers['www-authenticate'] ?? '',
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.on('error', reject);
    });
  } catch (error) {
    throw new Error(`Get "${url}": ${advised(error as NodeJS.ErrnoException, host)}`, { cause: error });
  }
}

function advised(error: NodeJS.ErrnoException, host: string): string {
  const words =
    error.name === 'AbortError' || error.name === 'TimeoutError'
      ? 'no answer within 10 seconds'
      : describeConnectionFailure(error, host);
  if (isPlainHttp(error.code ?? '')) return `${words}; pass --insecure to use plain HTTP`;
  if (isUntrusted(error.code ?? '')) {
    return `${words}; pass --certificate-authority with a file to trust, or --insecure to trust any`;
  }
  return words;
}
