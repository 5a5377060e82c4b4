import { fieldOf, kindSchema, listSchema, metaSchemas, type SchemaLibrary, structSchema } from '@faktorz/apimachinery';
import { TRIGGERS_GROUP, TRIGGERS_VERSION } from './cluster.js';

const named = (kind: string) => `io.faktorz.triggers.v1.${kind}`;
const kinds = (kind: string) => [{ group: TRIGGERS_GROUP, version: TRIGGERS_VERSION, kind }];

export const CLUSTER_SCHEMA = named('Cluster');

const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

/** Schemas of clusters. */
export const clusterSchemas: SchemaLibrary = {
  ...metaSchemas,
  [CLUSTER_SCHEMA]: kindSchema(
    {
      description: 'A Kubernetes cluster whose objects follow tags of image streams.',
      kinds: kinds('Cluster'),
      required: ['spec'],
    },
    {
      spec: fieldOf.part(named('ClusterSpec'), 'How the cluster is reached, and what of it is looked at.'),
      status: fieldOf.computed(fieldOf.optionalPart(named('ClusterStatus'), 'What is known of the cluster.')),
    },
  ),
  [named('ClusterList')]: listSchema('A list of clusters.', CLUSTER_SCHEMA, kinds('ClusterList')),
  [named('ClusterSpec')]: structSchema('How a cluster is reached, and what of it is looked at.', {
    kubeconfigSecret: fieldOf.optionalPart(
      named('KubeconfigReference'),
      'The Secret with a kubeconfig. It holds its credentials itself: programs, files and proxies it names are refused.',
    ),
    context: fieldOf.text('The context of the kubeconfig to use. Default: its current one.'),
    inCluster: fieldOf.flag('True, in place of a kubeconfig: the cluster FaktorZ runs in, as its service account.'),
    namespaces: fieldOf.texts('Only objects of these namespaces follow tags. Default: those of all.'),
    resources: fieldOf.texts(
      'Only objects of these resources, such as deployments.apps, follow tags. Default: all that can have triggers, pods among them.',
    ),
    registryHost: fieldOf.text(
      'host[:port] by which the nodes of the cluster reach the integrated registry. Default: its public name, else its internal one.',
    ),
    suspend: fieldOf.flag('True: nothing is watched and nothing written for now.'),
  }),
  [named('KubeconfigReference')]: structSchema(
    'A key of a Secret.',
    {
      namespace: fieldOf.requiredText('Namespace of the Secret.'),
      name: fieldOf.requiredText('Name of the Secret.'),
      key: fieldOf.text('Key of the Secret. Default: kubeconfig.'),
    },
    ['namespace', 'name'],
  ),
  [named('ClusterStatus')]: structSchema('What is known of a cluster.', {
    conditions: fieldOf.mergedBy(
      'type',
      fieldOf.listOf(
        named('ClusterCondition'),
        'Ready: its objects are watched, and follow tags. TLSVerified: False where its certificate is not checked.',
      ),
    ),
    lastContactTime: fieldOf.optionalPart(TIME, 'When the cluster last answered, to the minute.'),
    server: fieldOf.text('Address of its API.'),
    kinds: fieldOf.texts('The resources whose objects are watched.'),
  }),
  [named('ClusterCondition')]: structSchema('One thing that is so, or is not.', {
    type: fieldOf.requiredText('Ready or TLSVerified.'),
    status: fieldOf.requiredText('True, False or Unknown.'),
    reason: fieldOf.requiredText('Why, in a word.'),
    message: fieldOf.requiredText('Why, in a sentence.'),
    lastTransitionTime: fieldOf.optionalPart(TIME, 'Since when the status is what it is.'),
  }),
};
