import type { Credential } from '../../keyring/credential.js';

/** The `Authorization` header of HTTP Basic. */
export function basicHeader({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
