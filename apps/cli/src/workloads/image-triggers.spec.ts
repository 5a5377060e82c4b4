import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { TRIGGERS_ANNOTATION } from './annotation-triggers.js';
import { readTriggers, writeTriggers } from './image-triggers.js';

function deployment(triggers?: object[], paused?: boolean): KubeObject {
  return {
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      namespace: 'store',
      annotations: triggers ? { [TRIGGERS_ANNOTATION]: JSON.stringify(triggers) } : {},
    },
    spec: { ...(paused ? { paused } : {}), template: { spec: { containers: [{ name: 'web' }, { name: 'side' }] } } },
  };
}
const PATH = 'spec.template.spec.containers[?(@.name=="web")].image';

describe('image triggers of a deployment', () => {
  it.each([PATH, 'spec.template.spec.containers[0].image'])('are read by %s', (fieldPath) => {
    const read = readTriggers(
      deployment([{ from: { kind: 'ImageStreamTag', name: 'a:1', namespace: 'store' }, fieldPath }]),
    );
    expect(read).toEqual({
      config: true,
      images: [{ auto: true, from: 'a:1', namespace: '', names: ['web'] }],
      webHooks: [],
    });
  });

  it('are written as one entry a container, paused only when they are', () => {
    const written = writeTriggers(deployment(), {
      config: true,
      images: [{ auto: false, from: 'a:1', namespace: 'other', names: ['web'] }],
      webHooks: [],
    });
    expect(JSON.parse(written.metadata?.annotations?.[TRIGGERS_ANNOTATION] ?? '')).toEqual([
      { from: { kind: 'ImageStreamTag', name: 'a:1', namespace: 'other' }, fieldPath: PATH, paused: true },
    ]);
  });

  it('turn the configuration trigger off by pausing', () => {
    expect(writeTriggers(deployment(), { config: false, images: [], webHooks: [] })).toMatchObject({
      metadata: { annotations: { [TRIGGERS_ANNOTATION]: 'null' } },
      spec: { paused: true },
    });
    expect(readTriggers(deployment([], true))?.config).toBe(false);
  });

  it.each([
    [[], 'you must specify --containers when setting --from-image'],
    [['nope'], 'not all container names exist: nope (accepts: side, web)'],
    [['web', 'web'], 'only one trigger may reference each container: web'],
  ])('refuse containers %j', (names, message) => {
    expect(() =>
      writeTriggers(deployment(), {
        config: true,
        images: [{ auto: true, from: 'a:1', namespace: '', names }],
        webHooks: [],
      }),
    ).toThrow(message);
  });

  it('do not exist for kinds without a pod template', () => {
    expect(readTriggers({ kind: 'ConfigMap' })).toBeUndefined();
  });
});
