import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { readTriggers, writeTriggers } from './image-triggers.js';

const params = {
  automatic: true,
  containerNames: ['web'],
  from: { kind: 'ImageStreamTag', namespace: 'store', name: 'a:1' },
  lastTriggeredImage: 'quay.test/a@sha256:1',
};
const config = (triggers: object[]): KubeObject => ({
  kind: 'DeploymentConfig',
  metadata: { name: 'shop', namespace: 'store' },
  spec: { triggers, template: { spec: { containers: [{ name: 'web' }, { name: 'side' }] } } },
});
const trigger = { auto: true, from: 'a:1', namespace: '', names: ['web'] };

describe('triggers of a deployment config', () => {
  it('are read from its spec', () => {
    const read = readTriggers(config([{ type: 'ConfigChange' }, { type: 'ImageChange', imageChangeParams: params }]));
    expect(read).toEqual({ config: true, images: [trigger], webHooks: [] });
  });

  it('keep their place and the image they have given', () => {
    const before = config([{ type: 'ImageChange', imageChangeParams: params }]);
    const written = writeTriggers(before, { config: true, images: [{ ...trigger, auto: false }], webHooks: [] });
    expect(written.spec).toMatchObject({
      triggers: [{ type: 'ImageChange', imageChangeParams: { ...params, automatic: false } }, { type: 'ConfigChange' }],
    });
  });

  it('are an empty list when there are none: absent, they would be defaulted', () => {
    const written = writeTriggers(config([{ type: 'ConfigChange' }]), { config: false, images: [], webHooks: [] });
    expect(written.spec).toMatchObject({ triggers: [] });
  });

  it.each([
    [{ images: [{ ...trigger, names: ['nope'] }] }, 'not all container names exist: nope (accepts: side, web)'],
    [{ images: [{ ...trigger, names: [] }] }, 'you must specify --containers when setting --from-image'],
    [{ webHooks: [{ type: 'GitHub' as const, hook: {} }] }, 'deployment configs do not support GitHub web hooks'],
  ])('refuse %j', (more, message) => {
    expect(() => writeTriggers(config([]), { config: true, images: [], webHooks: [], ...more })).toThrow(message);
  });
});
