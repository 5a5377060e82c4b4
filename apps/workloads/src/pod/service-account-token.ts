import { randomInt } from 'node:crypto';
import { containersOf, type PodSpec } from './pod-spec.js';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';
const SECONDS = 3607;
const FILE_MODE = 0o644;

/** Gives a pod the token of its service account, as the ServiceAccount admission of Kubernetes and OpenShift does. */
export function mountServiceAccountToken(spec: PodSpec): void {
  spec.serviceAccountName ||= 'default';
  spec.serviceAccount = spec.serviceAccountName;
  if (spec.automountServiceAccountToken === false) return;
  const missing = containersOf(spec).filter(
    ({ container }) => !container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH),
  );
  if (missing.length === 0) return;
  const name = `kube-api-access-${Array.from({ length: 5 }, () => SUFFIX[randomInt(SUFFIX.length)]).join('')}`;
  spec.volumes = [...(spec.volumes ?? []), { name, projected: { sources: sources(), defaultMode: FILE_MODE } }];
  for (const { container } of missing) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
  }
}

function sources(): object[] {
  const certificate = (name: string, file: string) => ({ configMap: { name, items: [{ key: file, path: file }] } });
  return [
    { serviceAccountToken: { expirationSeconds: SECONDS, path: 'token' } },
    certificate('kube-root-ca.crt', 'ca.crt'),
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
    certificate('openshift-service-ca.crt', 'service-ca.crt'),
  ];
}
