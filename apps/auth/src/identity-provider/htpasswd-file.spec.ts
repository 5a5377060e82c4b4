import { describe, expect, it } from '@jest/globals';
import { matchesHtpasswd, parseHtpasswd } from './htpasswd-file.js';

/** Made by `htpasswd -nbB|-nbm|-nbs` and `openssl passwd -apr1`. */
const FILE = `# people
anna:$2b$05$LyBnaJmewcO9Q/TlU4Oy5OEJmW5M0EBUv/uJiatrJl25IPUOBlgma
mia:$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/
shaun:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=
plain:test
not an entry
`;

describe('an htpasswd file', () => {
  const entries = parseHtpasswd(FILE);

  it('has one entry a line', () => {
    expect([...entries.keys()]).toEqual(['anna', 'mia', 'shaun', 'plain']);
  });

  it.each([
    ['bcrypt', 'anna', 'correct horse', true],
    ['bcrypt, wrong', 'anna', 'correct', false],
    ['apr1', 'mia', 'myPassword', true],
    ['apr1, wrong', 'mia', 'mypassword', false],
    ['SHA-1', 'shaun', 'test', true],
    ['SHA-1, wrong', 'shaun', 'Test', false],
    ['plain text is not taken', 'plain', 'test', false],
    ['somebody unknown', 'nobody', 'no such user', false],
  ])('%s', async (_case, user, password, expected) => {
    expect(await matchesHtpasswd(entries.get(user), password)).toBe(expected);
  });
});
