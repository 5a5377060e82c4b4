import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { BadEncryptionKey, CannotDecrypt, SecretCipher, parseEncryptionKeys } from './secret-cipher.js';

const newKey = () => randomBytes(32).toString('base64');
const cipherOf = (...lines: string[]) => new SecretCipher(parseEncryptionKeys(lines.join('\n')));
const PLACE = 'secrets/blue/s';

describe('SecretCipher', () => {
  it('opens what it sealed, and seals the same text differently each time', () => {
    const cipher = cipherOf(newKey());
    const [one, two] = [cipher.seal('{"a":"ü"}', PLACE), cipher.seal('{"a":"ü"}', PLACE)];
    expect(one).not.toBe(two);
    expect([cipher.open(one, PLACE), cipher.open(two, PLACE)]).toEqual(['{"a":"ü"}', '{"a":"ü"}']);
  });

  it('opens under an older key and knows that it is older', () => {
    const [old, fresh] = [newKey(), newKey()];
    const envelope = cipherOf(old).seal('text', PLACE);
    const rotated = cipherOf(fresh, old);
    expect(rotated.open(envelope, PLACE)).toBe('text');
    expect(rotated.isCurrent(envelope)).toBe(false);
    expect(rotated.isCurrent(rotated.seal('text', PLACE))).toBe(true);
  });

  it('does not open with a missing key, at another place, or after a change', () => {
    const cipher = cipherOf(newKey());
    const envelope = cipher.seal('text', PLACE);
    expect(() => cipherOf(newKey()).open(envelope, PLACE)).toThrow(CannotDecrypt);
    expect(() => cipher.open(envelope, 'secrets/red/s')).toThrow(CannotDecrypt);
    const parts = envelope.split('.');
    const sealed = Buffer.from(parts[3]!, 'base64url');
    sealed[14]! ^= 1;
    expect(() => cipher.open([...parts.slice(0, 3), sealed.toString('base64url')].join('.'), PLACE)).toThrow(
      CannotDecrypt,
    );
    expect(() => cipher.open('', PLACE)).toThrow(CannotDecrypt);
    expect(() => cipher.open(parts.slice(0, 3).join('.'), PLACE)).toThrow(CannotDecrypt);
  });
});

describe('parseEncryptionKeys', () => {
  it('skips empty lines and comments', () => {
    expect(parseEncryptionKeys(`# current\n${newKey()}\n\n${newKey()}\n`)).toHaveLength(2);
  });

  it.each(['', '\n', 'c2hvcnQ=', `${newKey()}\nnot base64!`, newKey().slice(1)])(
    'refuses %j without quoting it',
    (text) => {
      expect(() => parseEncryptionKeys(text)).toThrow(BadEncryptionKey);
    },
  );
});
