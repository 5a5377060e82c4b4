import { describe, expect, it } from '@jest/globals';
import { defaultPullPolicy } from '@faktorz/domain';
import { defaultPodSpec } from './pod-defaults.js';
import type { PodSpec } from './pod-spec.js';

describe('the pull policy', () => {
  it.each([
    ['ruby', 'Always'],
    ['ruby:latest', 'Always'],
    ['host:5000/team/ruby', 'Always'],
    ['host:5000/team/ruby:2.0', 'IfNotPresent'],
    ['ruby@sha256:0123', 'IfNotPresent'],
    ['ruby:latest@sha256:0123', 'Always'],
    ['ruby:2.0@sha256:0123', 'IfNotPresent'],
    [' ', 'IfNotPresent'],
  ])('of %j is %s', (image, policy) => {
    expect(defaultPullPolicy(image)).toBe(policy);
  });
});

describe('a pod spec', () => {
  it('keeps what it says and is filled up otherwise', () => {
    const spec: PodSpec = {
      restartPolicy: 'Never',
      serviceAccount: 'builder',
      volumes: [{ name: 'scratch' }, { name: 'config', configMap: { name: 'c' } }],
      containers: [
        {
          name: 'main',
          image: 'ruby',
          imagePullPolicy: 'Never',
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '1' }, requests: { memory: '1Gi' } },
          readinessProbe: { httpGet: { port: 80 } },
        },
      ],
    };
    defaultPodSpec(spec);
    expect(spec).toMatchObject({
      restartPolicy: 'Never',
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'builder',
      volumes: [{ emptyDir: {} }, { configMap: { defaultMode: 420 } }],
      containers: [
        {
          imagePullPolicy: 'Never',
          ports: [{ protocol: 'TCP' }],
          resources: { requests: { cpu: '1', memory: '1Gi' } },
          readinessProbe: { periodSeconds: 10, httpGet: { scheme: 'HTTP', path: '/' } },
        },
      ],
    });
    const once = structuredClone(spec);
    defaultPodSpec(spec);
    expect(spec).toEqual(once);
  });
});
