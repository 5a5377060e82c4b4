import type { KubeObject, ObjectMeta } from '@faktorz/apimachinery';

/** An open struct: the schema knows more of its fields than the code that handles it. */
export interface Open {
  [field: string]: unknown;
}

export interface ContainerPort extends Open {
  name?: string;
  containerPort?: number;
  hostPort?: number;
  protocol?: string;
}

export interface Probe extends Open {
  httpGet?: HttpGet;
}

export interface HttpGet extends Open {
  path?: string;
  scheme?: string;
}

export interface Container extends Open {
  name?: string;
  image?: string;
  imagePullPolicy?: string;
  env?: ({ name?: string; valueFrom?: { fieldRef?: { apiVersion?: string } & Open } & Open } & Open)[];
  ports?: ContainerPort[];
  resources?: { limits?: Record<string, unknown>; requests?: Record<string, unknown> } & Open;
  volumeMounts?: ({ name?: string; mountPath?: string; readOnly?: boolean } & Open)[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { postStart?: { httpGet?: HttpGet } & Open; preStop?: { httpGet?: HttpGet } & Open } & Open;
}

export interface Volume extends Open {
  name?: string;
}

export interface PodSpec extends Open {
  containers?: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  restartPolicy?: string;
  hostNetwork?: boolean;
  nodeName?: string;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  tolerations?: ({ key?: string; operator?: string; effect?: string; tolerationSeconds?: number } & Open)[];
  priority?: number;
  preemptionPolicy?: string;
}

export interface PodTemplate extends Open {
  metadata?: Pick<ObjectMeta, 'labels' | 'annotations'> & Open;
  spec?: PodSpec;
}

/** An object of one of the kinds of this service. */
export interface Workload extends KubeObject {
  spec?: Open;
  status?: Open;
  /** Of a PodTemplate. */
  template?: PodTemplate;
}

/** Containers and init containers of a pod spec, each with its path below the spec. */
export function containersOf(spec: PodSpec | undefined): { container: Container; path: string; isInit: boolean }[] {
  const listed = (list: 'containers' | 'initContainers') =>
    (spec?.[list] ?? []).map((container, index) => ({
      container,
      path: `${list}[${index}]`,
      isInit: list === 'initContainers',
    }));
  return [...listed('initContainers'), ...listed('containers')];
}
