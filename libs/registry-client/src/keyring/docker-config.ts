import { z } from 'zod';
import type { Credential } from './credential.js';

/** One registry entry of a Docker configuration. Unknown keys (email) are ignored. */
const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const Entries = z.record(z.string(), Entry);

/** A pull secret whose payload cannot be read; its content is never shown. */
export class MalformedPullSecret extends Error {
  constructor(
    readonly secret: string,
    readonly detail: string,
  ) {
    super(`the pull secret ${secret} cannot be read: ${detail}`);
    this.name = 'MalformedPullSecret';
  }
}

/** A secret's type and decoded payload. */
export interface PullSecret {
  name: string;
  /** `kubernetes.io/dockercfg` or `kubernetes.io/dockerconfigjson`. */
  type: string;
  /** The text of `.dockercfg` or `.dockerconfigjson`. */
  payload: string;
}

/** The credentials a pull secret carries, by registry key as written. Throws `MalformedPullSecret`. */
export function readPullSecret(secret: PullSecret): Map<string, Credential> {
  const json = parseJson(secret);
  const wrapped =
    secret.type === 'kubernetes.io/dockerconfigjson'
      ? z.object({ auths: Entries.default({}) }).safeParse(json)
      : undefined;
  const entries = wrapped ? (wrapped.success ? wrapped.data.auths : undefined) : Entries.safeParse(json).data;
  if (!entries) throw new MalformedPullSecret(secret.name, 'it is no map of registries to credentials');
  return new Map(Object.entries(entries).map(([key, entry]) => [key, credentialOf(secret.name, key, entry)]));
}

function parseJson(secret: PullSecret): unknown {
  try {
    return JSON.parse(secret.payload);
  } catch {
    throw new MalformedPullSecret(secret.name, 'it is no JSON');
  }
}

function credentialOf(secret: string, key: string, entry: z.infer<typeof Entry>): Credential {
  const identityToken = entry.identitytoken || undefined;
  if (!entry.auth) return { username: entry.username ?? '', password: entry.password ?? '', identityToken };
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(entry.auth))
    throw new MalformedPullSecret(secret, `the auth field of ${key} is no base64`);
  const text = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw new MalformedPullSecret(secret, `the auth field of ${key} is not user:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, ''), identityToken };
}
