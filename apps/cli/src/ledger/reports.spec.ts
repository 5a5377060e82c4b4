import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { changesOf, type Delivery, traceText } from './trace-report.js';
import type { TriggerRecord } from './trigger-record.js';
import { whyText } from './why-report.js';

const NOW = new Date('2026-01-01T12:00:10Z');

function record(seq: number, name: string, position: number, status: Partial<TriggerRecord['status']>): TriggerRecord {
  return {
    metadata: { name: `${name}.${seq}`, namespace: 'team' },
    spec: {
      streamNamespace: 'team',
      stream: 'ruby',
      tag: '1',
      image: `quay.test/ruby:${position}`,
      change: { eventId: `tag-tracker:${position}`, time: '2026-01-01T12:00:00.000Z', cause: 'push', by: 'ann' },
      target: { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: 'u' },
    },
    status: { phase: 'Skipped', attempts: 0, finished: '2026-01-01T12:00:00.025Z', ...status },
  };
}

const written = (from: string, to: string): Partial<TriggerRecord['status']> => ({
  phase: 'Written',
  attempts: 1,
  images: [{ container: 'web', fieldPath: 'x', from, to }],
});

const delivery: Delivery = {
  metadata: { name: 'hook.1' },
  spec: { webhook: 'hook', eventId: 'tag-tracker:8', type: 'io.faktorz.TagUpdated.v1', subject: 'team/ruby:1' },
  status: { phase: 'Failed', attempts: 3, finished: '2026-01-01T12:01:00Z', lastError: 'no answer' },
};

function deployment(image: string, paused = false): KubeObject {
  const from = { kind: 'ImageStreamTag', name: 'ruby:1' };
  const fieldPath = 'spec.template.spec.containers[?(@.name=="web")].image';
  return {
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      namespace: 'team',
      annotations: { 'image.openshift.io/triggers': JSON.stringify([{ from, fieldPath, paused }]) },
    },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'web', image },
            { name: 'side', image: 'side:1' },
          ],
        },
      },
    },
  };
}

describe('a trace', () => {
  it('has the newest change first, with objects and webhooks', () => {
    const changes = changesOf(
      [
        record(3, 'shop', 8, written('quay.test/ruby:7', 'quay.test/ruby:8')),
        record(4, 'canary', 8, { reason: 'Paused' }),
        record(1, 'shop', 7, { reason: 'Superseded', message: 'by change 8' }),
      ],
      [delivery],
    );
    expect(changes.map(({ eventId }) => eventId)).toEqual(['tag-tracker:8', 'tag-tracker:7']);
    expect(traceText(changes[0]!, NOW).split('\n')).toEqual([
      'Change tag-tracker:8: quay.test/ruby:8',
      '  moved 10s ago: push by ann, at 2026-01-01T12:00:00.000Z',
      '',
      '  WHO                 STATE     AFTER   WHY',
      '  Deployment/shop     Written   25ms    web was quay.test/ruby:7',
      '  Deployment/canary   Skipped   25ms    Paused',
      '  Webhook/hook        Failed    60s     3 attempts, no answer',
      '',
    ]);
  });
});

describe('why', () => {
  it('names the change that made the image of a container', () => {
    const records = [record(3, 'shop', 8, written(' ', 'quay.test/ruby:8'))];
    expect(whyText(deployment('quay.test/ruby:8'), records, NOW).split('\n')).toEqual([
      'web: quay.test/ruby:8',
      '  follows team/ruby:1',
      '  set 9s ago by change tag-tracker:8 (push by ann), was empty',
      '',
      'side: side:1',
      '  no trigger names this container',
      '',
    ]);
  });

  it('says why the newest change is not there', () => {
    const records = [
      record(4, 'shop', 9, { reason: 'Paused' }),
      record(3, 'shop', 8, written('old', 'quay.test/ruby:8')),
    ];
    const text = whyText(deployment('mine:1', true), records, NOW);
    expect(text).toContain('  follows team/ruby:1, but the trigger is paused\n');
    expect(text).toContain('  somebody has changed it since: the trigger had set quay.test/ruby:8\n');
    expect(text).toContain('  change tag-tracker:9 (push by ann), 9s ago: Skipped: Paused\n');
  });

  it('tells of a tag that has not moved, and of triggers nobody can read', () => {
    expect(whyText(deployment('x'), [], NOW)).toContain('the tag has not been changed since the trigger is there');
    const broken = deployment('x');
    broken.metadata!.annotations = { 'image.openshift.io/triggers': '{' };
    expect(whyText(broken, [], NOW)).toMatch(/^Its triggers cannot be read, so none of them fires: /);
  });

  it('goes by tags where there are no containers', () => {
    const build = { kind: 'BuildConfig', metadata: { name: 'shop', namespace: 'team' }, spec: {} };
    expect(whyText(build, [record(3, 'shop', 8, { phase: 'Written' })], NOW)).toBe(
      'team/ruby:1\n  change tag-tracker:8 (push by ann), 9s ago: Written\n',
    );
  });
});
