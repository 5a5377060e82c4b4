import type { FieldError, KubeObject } from '@faktorz/apimachinery';

export interface NamespaceCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: 'Active' | 'Terminating'; conditions?: NamespaceCondition[] };
}

/** Label that every namespace carries with its own name as value. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';
/** The finalizer this service takes away itself, once every owner has removed its objects. */
export const KUBERNETES_FINALIZER = 'kubernetes';
/** The finalizer of namespaces made through a project request; ours too. */
export const ORIGIN_FINALIZER = 'openshift.io/origin';

/** Namespaces that exist from the start and cannot be deleted. */
export const PERMANENT_NAMESPACES: readonly string[] = ['default', 'kube-system', 'openshift'];

export const isTerminating = (namespace: Namespace): boolean => namespace.metadata.deletionTimestamp !== undefined;

/** Every namespace carries its own name as label. */
export function defaultNamespace(namespace: Namespace): void {
  namespace.metadata.labels = { ...namespace.metadata.labels, [NAME_LABEL]: namespace.metadata.name };
}

/** What is stored of a new namespace: always with our finalizer, never with a status of the client's. */
export function storedNewNamespace(namespace: Namespace): Namespace {
  const finalizers = namespace.spec?.finalizers ?? [];
  const { status: _status, ...rest } = namespace;
  return {
    ...rest,
    spec: {
      ...namespace.spec,
      finalizers: finalizers.includes(KUBERNETES_FINALIZER) ? finalizers : [...finalizers, KUBERNETES_FINALIZER],
    },
  };
}

/** The phase follows from whether somebody has deleted the namespace; it is never stored. */
export function showPhase(namespace: Namespace): void {
  namespace.status = {
    phase: isTerminating(namespace) ? 'Terminating' : 'Active',
    ...(namespace.status?.conditions && { conditions: namespace.status.conditions }),
  };
}

/** An ordinary update changes neither finalizers nor status. */
export function prepareNamespaceUpdate(namespace: Namespace, old: Namespace): void {
  if (old.spec === undefined) delete namespace.spec;
  else namespace.spec = old.spec;
  if (old.status === undefined) delete namespace.status;
  else namespace.status = old.status;
}

/** Finalizers of a namespace are qualified names, but for the one of Kubernetes itself. */
export function validateFinalizers(namespace: Namespace): FieldError[] {
  return (namespace.spec?.finalizers ?? []).flatMap((finalizer, index): FieldError[] => {
    if (finalizer === KUBERNETES_FINALIZER || /^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(finalizer)) return [];
    return [
      {
        field: `spec.finalizers[${index}]`,
        type: 'Invalid',
        value: finalizer,
        detail: 'name is neither a standard finalizer name nor is it fully qualified',
      },
    ];
  });
}

/** What stands in the way of a namespace in which nothing is left: finalizers of others. */
export function foreignFinalizers(namespace: Namespace): string[] {
  const own = [KUBERNETES_FINALIZER, ORIGIN_FINALIZER];
  return [
    ...(namespace.spec?.finalizers ?? []).filter((name) => !own.includes(name)),
    ...(namespace.metadata.finalizers ?? []),
  ];
}
