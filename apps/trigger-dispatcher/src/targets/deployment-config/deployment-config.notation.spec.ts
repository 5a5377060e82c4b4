import { describe, expect, it } from '@jest/globals';
import { tagName } from '../../trigger/named-tags.js';
import type { ImageTrigger } from '../../trigger/trigger-annotation.js';
import { deploymentConfigNotation as notation } from './deployment-config.notation.js';

const trigger = (name: string, more: object = {}) => ({
  type: 'ImageChange',
  imageChangeParams: { automatic: true, containerNames: ['web'], from: { kind: 'ImageStreamTag', name }, ...more },
});
const config = (triggers: object[], image = ' ') => ({
  kind: 'DeploymentConfig',
  apiVersion: 'apps.openshift.io/v1',
  metadata: { name: 'shop', namespace: 'store' },
  spec: {
    triggers,
    template: { spec: { containers: [{ name: 'web', image }], initContainers: [{ name: 'first', image: 'old' }] } },
  },
});
function look(triggers: object[], images: Record<string, string>, image?: string) {
  const state = notation.stateOf(config(triggers, image));
  if (!state) throw new Error('there are no triggers');
  const found = notation.triggersOf(state, 'store').filter(({ isPaused }) => !isPaused);
  const changes = notation.plan(state, found, (one: ImageTrigger) => images[tagName(one)]);
  return { state, changes, request: () => notation.requestFor(changes, { name: 'shop', version: '7', state }) };
}

describe('image change triggers of a deployment config', () => {
  it('are none where only its configuration counts', () => {
    expect(notation.stateOf(config([{ type: 'ConfigChange' }]))).toBeUndefined();
  });

  it('name a tag each, and are paused when they are not automatic', () => {
    const state = notation.stateOf(
      config([
        trigger('a:1'),
        trigger('b:2', { automatic: false, from: { kind: 'ImageStreamTag', namespace: 'other', name: 'b:2' } }),
      ]),
    );
    expect(state && notation.triggersOf(state, 'store')).toEqual([
      { namespace: 'store', stream: 'a', tag: '1', fieldPath: 'spec.triggers[0].imageChangeParams' },
      { namespace: 'other', stream: 'b', tag: '2', fieldPath: 'spec.triggers[1].imageChangeParams', isPaused: true },
    ]);
  });

  it('write image and trigger in one request', () => {
    const config = { type: 'ConfigChange' };
    const { changes, request } = look([config, trigger('a:1', { containerNames: ['web', 'first', 'unknown'] })], {
      'store/a:1': 'new',
    });
    expect(changes.map(({ container, previous, image }) => [container, previous, image])).toEqual([
      ['first', 'old', 'new'],
      ['web', ' ', 'new'],
    ]);
    const params = { containerNames: ['web', 'first', 'unknown'], lastTriggeredImage: 'new' };
    expect(request()).toMatchObject({
      method: 'PATCH',
      body: {
        metadata: { resourceVersion: '7' },
        spec: {
          triggers: [config, { imageChangeParams: params }],
          template: { spec: { containers: [{ name: 'web', image: 'new' }], initContainers: [{ name: 'first' }] } },
        },
      },
    });
  });

  it('write nothing as long as one of them has never had an image', () => {
    expect(look([trigger('a:1'), trigger('b:2')], { 'store/a:1': 'new' }).changes).toEqual([]);
  });

  it('keep the last image of a tag that is gone', () => {
    const triggers = [trigger('a:1', { containerNames: ['first'] }), trigger('b:2', { lastTriggeredImage: 'last' })];
    const { changes } = look(triggers, { 'store/a:1': 'old' }, 'other');
    expect(changes.map(({ container, image }) => [container, image])).toEqual([
      ['', 'old'],
      ['web', 'last'],
    ]);
  });

  it('note the image where the containers show it already', () => {
    const { changes, request } = look([trigger('a:1')], { 'store/a:1': 'new' }, 'new');
    expect(changes).toMatchObject([{ container: '', previous: '', image: 'new' }]);
    expect(request().body).toEqual({
      metadata: { resourceVersion: '7' },
      spec: { triggers: [trigger('a:1', { lastTriggeredImage: 'new' })] },
    });
    expect(look([trigger('a:1', { lastTriggeredImage: 'new' })], { 'store/a:1': 'new' }, 'new').changes).toEqual([]);
  });
});
