import { expect, it } from '@jest/globals';
import { registryUrlProblem } from './registry-url.js';

it.each(['registry.test', 'registry.test:5000', '127.0.0.1:5000', '[::1]:5000', 'http://r:1', 'https://r.test/'])(
  '%s can be asked',
  (url) => expect(registryUrlProblem(url)).toBeUndefined(),
);

it.each([
  ['ftp://r.test', /unsupported scheme: ftp/],
  ['https://', /no host name/],
  ['/path', /no host name/],
  ['r.test/path', /no path/],
  ['https://r.test/v2/', /no path/],
  ['r.test?x=1', /no query/],
  ['not a host', /is no <host>/],
  ['r.test:port', /is no <host>/],
  ['who:secret@r.test', /is no <host>/],
])('%s is refused', (url, why) => expect(registryUrlProblem(url)).toMatch(why));
