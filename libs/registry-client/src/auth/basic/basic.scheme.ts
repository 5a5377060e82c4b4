import { UnauthorizedByRegistry } from '../../errors.js';
import type { AuthScheme } from '../auth-scheme.js';
import { basicHeader } from './basic-header.js';

/** User name and password with every request (RFC 7617). */
export const basicScheme: AuthScheme = {
  name: 'basic',
  accepts: (challenge) => challenge.scheme === 'basic',
  async authorize(_challenge, { url, credential }) {
    if (!credential) throw new UnauthorizedByRegistry(url.origin + url.pathname, 401, true, '');
    return { header: basicHeader(credential) };
  },
};
