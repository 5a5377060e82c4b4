/** What a description shows of a pod, as the API has it. */
export interface PodSpec {
  serviceAccountName?: string;
  nodeName?: string;
  initContainers?: ContainerSpec[] | null;
  containers?: ContainerSpec[] | null;
  volumes?: Volume[] | null;
  nodeSelector?: Record<string, string> | null;
  tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[] | null;
}

export interface DescribedTemplate {
  metadata?: { labels?: Record<string, string> | null; annotations?: Record<string, string> | null };
  spec?: PodSpec;
}

export interface ContainerSpec {
  name: string;
  image?: string;
  ports?: { containerPort: number; hostPort?: number; protocol?: string }[];
  command?: string[];
  args?: string[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  env?: EnvVar[];
  envFrom?: { prefix?: string; secretRef?: Reference; configMapRef?: Reference }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: Reference & { key: string };
    configMapKeyRef?: Reference & { key: string };
    fieldRef?: { apiVersion?: string; fieldPath: string };
    resourceFieldRef?: { containerName?: string; resource: string };
  };
}

export interface Probe {
  httpGet?: { scheme?: string; host?: string; port: number | string; path?: string };
  tcpSocket?: { host?: string; port: number | string };
  exec?: { command?: string[] };
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
}

/** A name, and one field named after the type of the volume. */
export interface Volume {
  name: string;
  [source: string]: unknown;
}

interface Reference {
  name: string;
  optional?: boolean;
}
