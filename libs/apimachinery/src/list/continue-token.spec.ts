import { expect, it } from '@jest/globals';
import { decodeContinue, encodeContinue } from './continue-token.js';

it.each([
  { position: 528n, after: { namespace: 'n', name: 'a:b@c' } },
  { position: 9223372036854775807n, after: { name: 'sha256:0f3f' } },
  { position: 1n, after: { name: 'a' }, remaining: 99_500 },
  { after: { namespace: 'n', name: 'a' } },
])('a token says what was put in', (point) => {
  expect(decodeContinue(encodeContinue(point))).toEqual(point);
});

const token = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

it.each([
  ['no base64', '!!'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['no object', token(null)],
  ['another version', token({ v: 'x', rv: '1', start: '/a' })],
  ['a negative position', token({ v: 'meta.k8s.io/v1', rv: '-2', start: '/a' })],
  ['a position beyond all', token({ v: 'meta.k8s.io/v1', rv: '9999999999999999999', start: '/a' })],
  ['a position of another type', token({ v: 'meta.k8s.io/v1', rv: 5, start: '/a' })],
  ['less than nothing remaining', token({ v: 'meta.k8s.io/v1', rv: '1', start: '/a', remaining: -1 })],
  ['no number remaining', token({ v: 'meta.k8s.io/v1', rv: '1', start: '/a', remaining: '5' })],
  ['no start', token({ v: 'meta.k8s.io/v1', rv: '1' })],
  ['a start with more parts', token({ v: 'meta.k8s.io/v1', rv: '1', start: 'a/b/c' })],
])('a token with %s is refused', (_what, text) => {
  expect(() => decodeContinue(text)).toThrow(expect.objectContaining({ reason: 'BadRequest' }));
});
