import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { DEPLOYMENT_CONFIGS, REPLICA_SETS } from '../client/known-resources.js';
import type { ReadObject } from '../resources/patch-objects.js';
import { templateToReturnTo } from './deployment-history.js';
import { pausedAs } from './pause-rollouts.js';
import { restartedAt } from './restart-rollout.js';

const NOW = new Date('2031-05-06T12:00:00.123Z');
const DEPLOYMENTS = { ...REPLICA_SETS, plural: 'deployments', singular: 'deployment', kind: 'Deployment' };

function read(object: KubeObject, resource = DEPLOYMENTS): ReadObject {
  return { resource, name: 'web', namespace: 'shop', object: { kind: resource.kind, ...object } };
}

describe('rollout restart', () => {
  it('marks the pod template and keeps what is there', () => {
    const one = read({ spec: { template: { metadata: { annotations: { note: 'kept' } }, spec: { containers: [] } } } });
    expect(restartedAt(one.object, one, NOW)).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: { note: 'kept', 'kubectl.kubernetes.io/restartedAt': '2031-05-06T12:00:00Z' } },
          spec: { containers: [] },
        },
      },
    });
  });

  it('refuses a paused deployment, and tells what to do with a deployment config', () => {
    const paused = read({ spec: { paused: true } });
    expect(() => restartedAt(paused.object, paused, NOW)).toThrow(/"web" can't restart paused/);
    const config = read({}, DEPLOYMENT_CONFIGS);
    expect(() => restartedAt(config.object, config, NOW)).toThrow(/use rollout latest web/);
  });
});

describe('rollout pause and resume', () => {
  it('turn the pause on and off, and refuse what is so already', () => {
    const running = read({ spec: { replicas: 1 } });
    const paused = pausedAs(running.object, running, true);
    expect(paused.spec).toEqual({ replicas: 1, paused: true });
    expect(pausedAs(paused, running, false).spec).toEqual({ replicas: 1 });
    expect(() => pausedAs(paused, running, true)).toThrow('deployments.apps "web" is already paused');
    expect(() => pausedAs(running.object, running, false)).toThrow('deployments.apps "web" is not paused');
  });

  it('refuse kinds that know no pause', () => {
    const set = read({}, REPLICA_SETS);
    expect(() => pausedAs(set.object, set, true)).toThrow('replicasets.apps "web" pausing is not supported');
  });
});

describe('rollout undo', () => {
  const revisions = [1, 2, 4].map((number) => ({
    number,
    cause: '',
    template: { spec: { containers: [{ name: `${number}` }] } },
  }));
  const templateOf = (wanted: number, one = read({ spec: {} })) => templateToReturnTo(one, revisions, wanted);

  it('goes back to the revision before the latest, or to the one asked for', () => {
    expect(templateOf(0)).toMatchObject({ spec: { containers: [{ name: '2' }] } });
    expect(templateOf(1)).toMatchObject({ spec: { containers: [{ name: '1' }] } });
  });

  it('refuses revisions there are not, and a deployment that is paused', () => {
    expect(() => templateOf(3)).toThrow('unable to find specified revision 3 in history');
    expect(() => templateToReturnTo(read({}), [], 0)).toThrow('no rollout history found for deployment "web"');
    expect(() => templateOf(0, read({ spec: { paused: true } }))).toThrow(/is paused/);
  });
});
