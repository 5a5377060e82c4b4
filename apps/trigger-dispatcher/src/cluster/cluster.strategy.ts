import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  dnsLabelProblems,
  type FieldError,
  type StoredResourceStrategy,
  subdomainProblems,
  supportedValues,
} from '@faktorz/apimachinery';
import { triggerTargets } from '../targets/index.js';
import { resourceOf } from '../targets/target.js';
import { type Cluster, OWN_STORE_NAME, withCondition } from './cluster.js';

const MOST_NAMESPACES = 100;
const HOST = /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** How clusters come into being and change. */
@Injectable()
export class ClusterStrategy implements StoredResourceStrategy<Cluster> {
  prepareForCreate(cluster: Cluster): void {
    cluster.metadata.generation = 1;
    cluster.status = { conditions: [notYet(cluster)] };
  }

  prepareForUpdate(cluster: Cluster, old: Cluster): void {
    const isSame = isDeepStrictEqual(cluster.spec, old.spec);
    cluster.metadata.generation = (old.metadata.generation ?? 1) + (isSame ? 0 : 1);
    cluster.status = old.status;
    if (isSame) return;
    const conditions = withCondition(old.status?.conditions ?? [], notYet(cluster), new Date());
    cluster.status = { ...old.status, conditions };
  }

  validateName(name: string): string[] {
    return name === OWN_STORE_NAME ? [`may not be '${name}': that is FaktorZ's own store`] : subdomainProblems(name);
  }

  validate({ spec = {} }: Cluster): FieldError[] {
    return [
      ...credentialErrors(spec),
      ...namespaceErrors(spec.namespaces ?? []),
      ...resourceErrors(spec.resources ?? []),
      ...registryHostErrors(spec),
    ];
  }
}

/** What is said of a cluster until somebody has spoken to it as it is described now. */
function notYet({ spec }: Cluster): ReturnType<typeof withCondition>[number] {
  const [condition] = withCondition(
    [],
    spec?.suspend
      ? { type: 'Ready', status: 'False', reason: 'Suspended', message: 'spec.suspend is true' }
      : { type: 'Ready', status: 'Unknown', reason: 'Connecting', message: 'the cluster has not answered yet' },
    new Date(),
  );
  return condition!;
}

function credentialErrors({ kubeconfigSecret: secret, inCluster, context }: Cluster['spec']): FieldError[] {
  if (inCluster && secret) {
    const detail = 'may not be set together with spec.inCluster: the service account of this service is used then';
    return [{ field: 'spec.kubeconfigSecret', type: 'Forbidden', detail }];
  }
  if (inCluster) {
    const detail = 'may not be set together with spec.inCluster: there is no kubeconfig then';
    return context ? [{ field: 'spec.context', type: 'Forbidden', detail }] : [];
  }
  if (!secret) {
    const detail = 'a Secret with a kubeconfig, unless spec.inCluster is true';
    return [{ field: 'spec.kubeconfigSecret', type: 'Required', detail }];
  }
  const { namespace, name, key } = secret;
  return [
    ...nameErrors('spec.kubeconfigSecret.namespace', namespace, 'the namespace of the Secret', dnsLabelProblems),
    ...nameErrors('spec.kubeconfigSecret.name', name, 'the name of the Secret', subdomainProblems),
    ...(key && !SECRET_KEY.test(key)
      ? [invalid('spec.kubeconfigSecret.key', key, 'must be a key of a Secret: letters, digits, "-", "_" and "."')]
      : []),
  ];
}

function nameErrors(
  field: string,
  value: string | undefined,
  what: string,
  problems: (name: string) => string[],
): FieldError[] {
  if (!value) return [{ field, type: 'Required', detail: what }];
  return problems(value).map((detail) => invalid(field, value, detail));
}

function namespaceErrors(namespaces: readonly string[]): FieldError[] {
  const field = 'spec.namespaces';
  if (namespaces.length > MOST_NAMESPACES) {
    return [{ field, type: 'TooLong', detail: `must have at most ${MOST_NAMESPACES} items` }];
  }
  return namespaces.flatMap((name, index): FieldError[] => {
    const path = `${field}[${index}]`;
    if (namespaces.indexOf(name) < index) return [{ field: path, type: 'Duplicate', value: name, detail: '' }];
    return nameErrors(path, name, 'the name of a namespace', dnsLabelProblems);
  });
}

function resourceErrors(resources: readonly string[]): FieldError[] {
  const known = triggerTargets.map(resourceOf);
  return resources.flatMap((resource, index): FieldError[] => {
    if (known.includes(resource)) return [];
    const detail = supportedValues(known);
    return [{ field: `spec.resources[${index}]`, type: 'NotSupported', value: resource, detail }];
  });
}

function registryHostErrors({ registryHost }: Cluster['spec']): FieldError[] {
  if (!registryHost || HOST.test(registryHost)) return [];
  return [invalid('spec.registryHost', registryHost, 'must be a host name or address with or without a port')];
}

function invalid(field: string, value: string, detail: string): FieldError {
  return { field, type: 'Invalid', value, detail };
}
