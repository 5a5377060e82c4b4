import { describe, expect, it } from '@jest/globals';
import { defaultPodSpec } from './pod-defaults.js';
import type { PodSpec } from './pod-spec.js';

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
