import { defaultPullPolicy } from '@faktorz/domain';
import type { Container, HttpGet, Open, PodSpec, Probe, Volume } from './pod-spec.js';
import { containersOf } from './pod-spec.js';

/** Files of these volumes can be read by all unless the pod says otherwise. */
const FILE_VOLUMES = ['secret', 'configMap', 'downwardAPI', 'projected'] as const;
const FILE_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** Fills a pod spec as Kubernetes does (k8s.io/kubernetes, pkg/apis/core/v1/defaults.go). */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ||= 'Always';
  spec['terminationGracePeriodSeconds'] ??= 30;
  spec['dnsPolicy'] ||= 'ClusterFirst';
  spec['securityContext'] ??= {};
  spec['schedulerName'] ||= 'default-scheduler';
  spec.serviceAccountName ||= spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else delete spec.serviceAccountName;
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const { container } of containersOf(spec)) defaultContainer(container, spec.hostNetwork === true);
}

function defaultContainer(container: Container, onHostNetwork: boolean): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.resources ??= {};
  const { limits } = container.resources;
  if (limits) container.resources.requests = { ...limits, ...container.resources.requests };
  container['terminationMessagePath'] ||= '/dev/termination-log';
  container['terminationMessagePolicy'] ||= 'File';
  for (const port of container.ports ?? []) {
    port.protocol ||= 'TCP';
    if (onHostNetwork && port.containerPort) port.hostPort ||= port.containerPort;
  }
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe);
  defaultHttpGet(container.lifecycle?.postStart?.httpGet);
  defaultHttpGet(container.lifecycle?.preStop?.httpGet);
}

function defaultProbe(probe: Probe): void {
  probe['timeoutSeconds'] ||= 1;
  probe['periodSeconds'] ||= 10;
  probe['successThreshold'] ||= 1;
  probe['failureThreshold'] ||= 3;
  defaultHttpGet(probe.httpGet);
}

function defaultHttpGet(get: HttpGet | undefined): void {
  if (!get) return;
  get.path ||= '/';
  get.scheme ||= 'HTTP';
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  for (const kind of FILE_VOLUMES) {
    const source = volume[kind] as Open | undefined;
    if (source) source['defaultMode'] ??= FILE_MODE;
  }
  const projected = volume['projected'] as { sources?: Open[] } | undefined;
  for (const source of projected?.sources ?? []) {
    const token = source['serviceAccountToken'] as Open | undefined;
    if (token) token['expirationSeconds'] ??= TOKEN_SECONDS;
    defaultFieldReferences(source['downwardAPI'] as FieldFiles | undefined);
  }
  defaultFieldReferences(volume['downwardAPI'] as FieldFiles | undefined);
  const hostPath = volume['hostPath'] as Open | undefined;
  if (hostPath) hostPath['type'] ??= '';
}

interface FieldFiles {
  items?: { fieldRef?: { apiVersion?: string } }[];
}

function defaultFieldReferences(files: FieldFiles | undefined): void {
  for (const { fieldRef } of files?.items ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1';
}
