import type { FieldError, KubeObject } from '@faktorz/apimachinery';

export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

/** A Kubernetes Event: what something reports about an object. (Not an event of FaktorZ's own log.) */
export interface KubeEvent extends KubeObject {
  involvedObject: ObjectReference;
  related?: ObjectReference;
  reason?: string;
  message?: string;
  source?: { component?: string; host?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  type?: string;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  action?: string;
  reportingComponent?: string;
  reportingInstance?: string;
}

/** An event lies in the namespace of its object; events about cluster-wide objects lie in `default`. */
export function validateKubeEvent(event: KubeEvent): FieldError[] {
  const about = event.involvedObject?.namespace ?? '';
  const namespace = event.metadata.namespace;
  const fits = about === '' ? namespace === 'default' || namespace === 'kube-system' : about === namespace;
  if (fits) return [];
  return [
    { field: 'involvedObject.namespace', type: 'Invalid', value: about, detail: 'does not match event.namespace' },
  ];
}

export const EVENT_FIELDS: Readonly<Record<string, (event: KubeEvent) => string>> = {
  'involvedObject.kind': (event) => event.involvedObject?.kind ?? '',
  'involvedObject.namespace': (event) => event.involvedObject?.namespace ?? '',
  'involvedObject.name': (event) => event.involvedObject?.name ?? '',
  'involvedObject.uid': (event) => event.involvedObject?.uid ?? '',
  'involvedObject.apiVersion': (event) => event.involvedObject?.apiVersion ?? '',
  'involvedObject.resourceVersion': (event) => event.involvedObject?.resourceVersion ?? '',
  'involvedObject.fieldPath': (event) => event.involvedObject?.fieldPath ?? '',
  reason: (event) => event.reason ?? '',
  reportingComponent: (event) => event.reportingComponent || event.source?.component || '',
  source: (event) => event.source?.component || event.reportingComponent || '',
  type: (event) => event.type ?? '',
};
