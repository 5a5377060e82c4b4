import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@faktorz/apimachinery';
import { ClusterUnreachable, ClusterUnusable } from './cluster-client.js';
import { statusOf } from './cluster-status.js';
import type { InformerState } from './target-informer.js';

const now = new Date('2030-01-01T10:20:30Z');
const states = (...given: InformerState[]) => new Map(given.map((state, index) => [`kind${index}`, state]));

describe('the status of a cluster', () => {
  it.each<[string, InformerState[], string, string]>([
    ['nothing', [], 'Unknown', 'Connecting'],
    ['a beginning', ['beginning', 'watching'], 'Unknown', 'Connecting'],
    ['all kinds', ['watching', 'watching'], 'True', 'Watching'],
    ['some kinds, since it has no others', ['watching', 'absent'], 'True', 'Watching'],
    ['a refusal', ['watching', new ApiError('Forbidden', 'no')], 'False', 'Forbidden'],
    ['bad credentials', [new ApiError('Unauthorized', 'Unauthorized')], 'False', 'Unauthorized'],
    ['silence', [new ClusterUnreachable('edge', 'ECONNREFUSED'), 'beginning'], 'False', 'Unreachable'],
    ['no kubeconfig', [new ClusterUnusable('edge', 'KubeconfigMissing', 'none')], 'False', 'KubeconfigMissing'],
  ])('with %s', (_what, given, status, reason) => {
    const { conditions } = statusOf({}, { states: states(...given) }, now);
    expect(conditions).toEqual([expect.objectContaining({ type: 'Ready', status, reason })]);
  });

  it('keeps what it knew, and since when it is so', () => {
    const connection = { server: 'https://edge.test', isTlsVerified: false };
    const old = statusOf({}, { connection, states: states('watching'), lastContact: now }, now);
    expect(old).toMatchObject({
      server: 'https://edge.test',
      lastContactTime: '2030-01-01T10:20:00Z',
      kinds: ['kind0'],
    });
    const later = statusOf(old, { states: states('watching') }, new Date('2030-01-01T11:00:00Z'));
    expect(later).toEqual(old);
    const lost = statusOf(
      old,
      { states: states(new ClusterUnreachable('edge', 'x')) },
      new Date('2030-01-01T12:00:00Z'),
    );
    expect(lost.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['Ready', '2030-01-01T12:00:00Z'],
      ['TLSVerified', '2030-01-01T10:20:30Z'],
    ]);
  });
});
