import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../client/kube-object.js';
import { rolloutStatuses } from './rollout-status.js';

const statusOf = (kind: string, object: KubeObject, revision = 0) => rolloutStatuses.get(kind)?.(object, revision);
const metadata = { name: 'shop', generation: 2 };

describe('how far a rollout has come', () => {
  it.each([
    [{ observedGeneration: 1 }, 'Waiting for deployment spec update to be observed...'],
    [
      { observedGeneration: 2 },
      'Waiting for deployment "shop" rollout to finish: 0 out of 2 new replicas have been updated...',
    ],
    [
      { observedGeneration: 2, updatedReplicas: 2, replicas: 3 },
      'Waiting for deployment "shop" rollout to finish: 1 old replicas are pending termination...',
    ],
    [
      { observedGeneration: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 1 },
      'Waiting for deployment "shop" rollout to finish: 1 of 2 updated replicas are available...',
    ],
  ])('a deployment that waits: %j', (status, text) => {
    expect(statusOf('deployments.apps', { metadata, spec: { replicas: 2 }, status })).toEqual({ text, done: false });
  });

  it.each([
    [
      'deployments.apps',
      { metadata, status: { observedGeneration: 2, updatedReplicas: 1, replicas: 1, availableReplicas: 1 } },
      'deployment "shop" successfully rolled out',
    ],
    ['daemonsets.apps', { metadata, status: { observedGeneration: 2 } }, 'daemon set "shop" successfully rolled out'],
    [
      'statefulsets.apps',
      {
        metadata,
        status: {
          observedGeneration: 2,
          readyReplicas: 1,
          currentReplicas: 1,
          currentRevision: 'r',
          updateRevision: 'r',
        },
      },
      'statefulset rolling update complete 1 pods at revision r...',
    ],
    [
      'deploymentconfigs.apps.openshift.io',
      {
        metadata,
        status: {
          latestVersion: 3,
          conditions: [
            { type: 'Progressing', reason: 'NewReplicationControllerAvailable', message: 'shop-3 is there' },
          ],
        },
      },
      'shop-3 is there',
    ],
  ])('%s at its end', (kind, object, text) => {
    expect(statusOf(kind, object)).toEqual({ text, done: true });
  });

  it('a deployment config that has never rolled out waits for its image or for its user', () => {
    const kind = 'deploymentconfigs.apps.openshift.io';
    expect(statusOf(kind, { metadata, spec: { triggers: [{ type: 'ImageChange' }] } })).toEqual({
      text: 'Deployment config "shop" waiting on image update',
      done: false,
    });
    expect(() => statusOf(kind, { metadata, spec: {} })).toThrow(
      "waiting on manual update (use 'rollout latest shop')",
    );
  });

  it('fails where the rollout has', () => {
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'too late' }];
    const status = { observedGeneration: 2, latestVersion: 1, conditions };
    expect(() => statusOf('deployments.apps', { metadata, status })).toThrow('exceeded its progress deadline');
    expect(() => statusOf('deploymentconfigs.apps.openshift.io', { metadata, status })).toThrow('too late');
  });

  it('fails where another revision is wanted', () => {
    expect(() => statusOf('deployments.apps', { metadata }, 7)).toThrow('desired revision (7) is different');
  });
});
