import type { ApiClient } from '../client/api-client.js';
import { USERS } from '../client/known-resources.js';
import { resourcePath } from '../client/resource-path.js';

/** Sets the password of a user; of `~`, the caller, with the one so far. */
export async function setPassword(
  client: ApiClient,
  user: string,
  spec: { password: string; currentPassword?: string },
): Promise<void> {
  await client.request({
    method: 'POST',
    path: resourcePath(USERS, undefined, user, 'password'),
    body: { apiVersion: 'auth.faktorz.io/v1', kind: 'UserPassword', spec },
  });
}
