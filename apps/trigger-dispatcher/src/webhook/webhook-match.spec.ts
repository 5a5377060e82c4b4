import { describe, expect, it } from '@jest/globals';
import { isSubscribed, kindOf, type Subscription } from './webhook-match.js';

const all: Subscription = { types: [], streams: [], tags: [] };
const moved = { kind: 'TagUpdated', subject: 'team/ruby:2.0' };

describe('isSubscribed', () => {
  it.each<[string, Partial<Subscription>, typeof moved, boolean]>([
    ['everything', {}, moved, true],
    ['its type', { types: ['TagUpdated'] }, moved, true],
    ['another type', { types: ['TagDeleted'] }, moved, false],
    ['a stream glob', { streams: ['ru*'] }, moved, true],
    ['another stream', { streams: ['python', 'node*'] }, moved, false],
    ['a tag glob', { tags: ['2.*'] }, moved, true],
    ['another tag', { tags: ['latest'] }, moved, false],
    [
      'a tag glob for an event without tag',
      { tags: ['latest'] },
      { kind: 'StreamDeleted', subject: 'team/ruby' },
      true,
    ],
    [
      'a stream glob for an event without stream',
      { streams: ['x'] },
      { kind: 'NamespaceCreated', subject: 'team' },
      true,
    ],
    ['a stream glob for a role', { streams: ['x'] }, { kind: 'AccessChanged', subject: 'team/admins' }, true],
    ['no word of deliveries unasked', {}, { kind: 'WebhookDelivered', subject: 'team' }, false],
    ['deliveries when asked', { types: ['WebhookFailed'] }, { kind: 'WebhookFailed', subject: 'team' }, true],
    ['a glob that looks like a comment', { tags: ['#1'] }, { kind: 'TagUpdated', subject: 'team/a:#1' }, true],
  ])('tells %s', (_what, subscription, event, expected) => {
    expect(isSubscribed({ ...all, ...subscription }, event)).toBe(expected);
  });
});

it('reads the kind out of a CloudEvents type', () => {
  expect(kindOf('io.faktorz.TagUpdated.v1')).toBe('TagUpdated');
});
