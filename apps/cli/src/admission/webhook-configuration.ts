import type { KubeObject } from '../client/kube-object.js';

/** Where and how an API server asks. */
export interface WebhookChoices {
  /** Name of the configuration. */
  name: string;
  /** HTTPS address with the key of the endpoint in it. */
  url: string;
  /** PEM of the authority that the API server is to trust; absent: the ones it trusts anyway. */
  authority?: Buffer;
  failurePolicy: 'Fail' | 'Ignore';
  /** Labels a namespace has to have; empty: all but those of Kubernetes itself. */
  namespaceLabels: Readonly<Record<string, string>>;
}

/** `disabled` on a namespace or an object leaves it alone. */
export const SWITCH_LABEL = 'triggers.faktorz.io/image-lookup';

const RESOLVE_NAMES = 'alpha.image.policy.openshift.io/resolve-names';
/** Without these a cluster cannot mend itself, whatever happens to FaktorZ. */
const NAMESPACES_OF_KUBERNETES = ['kube-system', 'kube-public', 'kube-node-lease'];
const TIMEOUT_SECONDS = 5;

const namesAnnotation = (object: string): string =>
  `(has(${object}.metadata.annotations) && '${RESOLVE_NAMES}' in ${object}.metadata.annotations ? ${object}.metadata.annotations['${RESOLVE_NAMES}'] : '')`;

/**
 * The registration of the webhook (admissionregistration.k8s.io/v1, Kubernetes 1.30 or newer). Its conditions keep out what
 * is never looked up, so that hardly any request waits for it: what controllers made, and changes that leave the spec alone.
 */
export function webhookConfiguration(choices: WebhookChoices): KubeObject {
  const { name, url, authority, failurePolicy, namespaceLabels } = choices;
  const switchedOff = { key: SWITCH_LABEL, operator: 'NotIn', values: ['disabled'] };
  const ofKubernetes = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: NAMESPACES_OF_KUBERNETES };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, labels: { 'app.kubernetes.io/part-of': 'faktorz' } },
    webhooks: [
      {
        name: 'image-lookup.triggers.faktorz.io',
        admissionReviewVersions: ['v1'],
        clientConfig: { url, ...(authority && { caBundle: authority.toString('base64') }) },
        rules: [
          rule('', ['pods', 'replicationcontrollers']),
          rule('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
          rule('batch', ['cronjobs']),
          rule('batch', ['jobs'], ['CREATE']),
          rule('apps.openshift.io', ['deploymentconfigs']),
        ],
        matchPolicy: 'Equivalent',
        namespaceSelector: {
          ...(Object.keys(namespaceLabels).length > 0 && { matchLabels: namespaceLabels }),
          matchExpressions: [ofKubernetes, switchedOff],
        },
        objectSelector: { matchExpressions: [switchedOff] },
        matchConditions: [
          {
            name: 'made-by-no-controller',
            expression:
              '!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller)',
          },
          {
            name: 'may-have-new-images',
            expression: `request.operation != 'UPDATE' || object.spec != oldObject.spec || ${namesAnnotation('object')} != ${namesAnnotation('oldObject')}`,
          },
        ],
        failurePolicy,
        reinvocationPolicy: 'IfNeeded',
        sideEffects: 'None',
        timeoutSeconds: TIMEOUT_SECONDS,
      },
    ],
  };
}

function rule(group: string, resources: string[], operations = ['CREATE', 'UPDATE']): object {
  return { apiGroups: [group], apiVersions: ['v1'], operations, resources, scope: 'Namespaced' };
}
