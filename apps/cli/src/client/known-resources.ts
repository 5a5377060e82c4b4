import type { ApiResource } from './discovery.js';

function known(group: string, plural: string, kind: string, namespaced = true): ApiResource {
  const singular = kind.toLowerCase();
  const about = { shortNames: [], categories: [], verbs: [], subresources: [], version: 'v1' };
  return { ...about, group, plural, kind, singular, namespaced };
}

/** Resources whose verbs know them by name and need no discovery, as the typed clients of `oc`. */
export const IMAGE_STREAMS = known('image.openshift.io', 'imagestreams', 'ImageStream');
export const IMAGE_STREAM_TAGS = known('image.openshift.io', 'imagestreamtags', 'ImageStreamTag');
export const IMAGE_STREAM_IMAGES = known('image.openshift.io', 'imagestreamimages', 'ImageStreamImage');
export const IMAGE_STREAM_IMPORTS = known('image.openshift.io', 'imagestreamimports', 'ImageStreamImport');
export const IMAGES = known('image.openshift.io', 'images', 'Image', false);
export const PROJECTS = known('project.openshift.io', 'projects', 'Project', false);
export const PROJECT_REQUESTS = known('project.openshift.io', 'projectrequests', 'ProjectRequest', false);
export const NAMESPACES = known('', 'namespaces', 'Namespace', false);
export const SECRETS = known('', 'secrets', 'Secret');
export const CONFIG_MAPS = known('', 'configmaps', 'ConfigMap');
export const SERVICE_ACCOUNTS = known('', 'serviceaccounts', 'ServiceAccount');
export const REPLICATION_CONTROLLERS = known('', 'replicationcontrollers', 'ReplicationController');
export const REPLICA_SETS = known('apps', 'replicasets', 'ReplicaSet');
export const DEPLOYMENT_CONFIGS = known('apps.openshift.io', 'deploymentconfigs', 'DeploymentConfig');
export const BUILD_CONFIGS = known('build.openshift.io', 'buildconfigs', 'BuildConfig');
export const BUILDS = known('build.openshift.io', 'builds', 'Build');
export const RESOURCE_QUOTAS = known('', 'resourcequotas', 'ResourceQuota');
export const LIMIT_RANGES = known('', 'limitranges', 'LimitRange');
export const EVENTS = known('', 'events', 'Event');
export const SELF_SUBJECT_REVIEWS = known('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview', false);
export const USERS = known('user.openshift.io', 'users', 'User', false);
export const REGISTRY_ACCOUNTS = known('import.faktorz.io', 'registryaccounts', 'RegistryAccount', false);
export const WEBHOOK_DELIVERIES = known('events.faktorz.io', 'webhookdeliveries', 'WebhookDelivery');
export const TRIGGER_RECORDS = known('triggers.faktorz.io', 'triggerrecords', 'TriggerRecord');
export const ADMISSION_ENDPOINTS = known('triggers.faktorz.io', 'admissionendpoints', 'AdmissionEndpoint', false);
export const MUTATING_WEBHOOK_CONFIGURATIONS = known(
  'admissionregistration.k8s.io',
  'mutatingwebhookconfigurations',
  'MutatingWebhookConfiguration',
  false,
);
