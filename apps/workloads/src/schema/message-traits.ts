import type { MessageTraits } from '@faktorz/apimachinery';

const fields = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Every kind of a controller has conditions that are told apart by type. */
const CONDITIONS = Object.fromEntries(
  [
    'DeploymentStatus',
    'StatefulSetStatus',
    'DaemonSetStatus',
    'ReplicaSetStatus',
    'ReplicationControllerStatus',
    'DeploymentConfigStatus',
    'BuildStatus',
    'JobStatus',
    'PodStatus',
  ].map((status) => [`${status}.conditions`, ['type']]),
);

/** What Kubernetes' and OpenShift's structs say about their fields beside name and type. */
export const workloadTraits: MessageTraits = {
  required: {
    PodSpec: ['containers'],
    Container: ['name'],
    EphemeralContainer: ['name'],
    ContainerPort: ['containerPort'],
    EnvVar: ['name'],
    VolumeMount: ['name', 'mountPath'],
    VolumeDevice: ['name', 'devicePath'],
    Volume: ['name'],
    KeyToPath: ['key', 'path'],
    ConfigMapKeySelector: ['key'],
    SecretKeySelector: ['key'],
    ObjectFieldSelector: ['fieldPath'],
    ResourceFieldSelector: ['resource'],
    HTTPHeader: ['name', 'value'],
    HTTPGetAction: ['port'],
    TCPSocketAction: ['port'],
    HostPathVolumeSource: ['path'],
    PersistentVolumeClaimVolumeSource: ['claimName'],
    ServiceAccountTokenProjection: ['path'],
    TopologySpreadConstraint: ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
    DeploymentSpec: ['selector', 'template'],
    StatefulSetSpec: ['selector', 'template'],
    DaemonSetSpec: ['selector', 'template'],
    ReplicaSetSpec: ['selector'],
    JobSpec: ['template'],
    CronJobSpec: ['schedule', 'jobTemplate'],
    BuildConfigSpec: ['strategy'],
    BuildSpec: ['strategy'],
    GitBuildSource: ['uri'],
    DeploymentCondition: ['type', 'status'],
    PodCondition: ['type', 'status'],
    JobCondition: ['type', 'status'],
  },
  merged: {
    ...CONDITIONS,
    'PodSpec.containers': ['name'],
    'PodSpec.initContainers': ['name'],
    'PodSpec.ephemeralContainers': ['name'],
    'PodSpec.volumes': ['name'],
    'PodSpec.imagePullSecrets': ['name'],
    'PodSpec.hostAliases': ['ip'],
    'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
    'PodSpec.schedulingGates': ['name'],
    'PodSpec.resourceClaims': ['name'],
    'PodStatus.podIPs': ['ip'],
    'PodStatus.resourceClaimStatuses': ['name'],
    'Container.env': ['name'],
    'Container.ports': ['containerPort', 'protocol'],
    'Container.volumeMounts': ['mountPath'],
    'Container.volumeDevices': ['devicePath'],
    'EphemeralContainer.env': ['name'],
    'EphemeralContainer.ports': ['containerPort', 'protocol'],
    'EphemeralContainer.volumeMounts': ['mountPath'],
    'EphemeralContainer.volumeDevices': ['devicePath'],
    'ResourceRequirements.claims': ['name'],
  },
  retained: fields('PodSpec.volumes PodSpec.resourceClaims PodStatus.resourceClaimStatuses DeploymentSpec.strategy'),
  atomic: fields(`
    LocalObjectReference ObjectReference TypedLocalObjectReference ObjectFieldSelector ResourceFieldSelector
    ConfigMapKeySelector SecretKeySelector FileKeySelector NodeSelector NodeSelectorTerm
  `),
  present: fields(`
    PodTemplate.template PodTemplateSpec.metadata PodTemplateSpec.spec JobTemplateSpec.metadata JobTemplateSpec.spec
    DeploymentSpec.template DeploymentSpec.strategy StatefulSetSpec.template StatefulSetSpec.updateStrategy
    DaemonSetSpec.template DaemonSetSpec.updateStrategy ReplicaSetSpec.template JobSpec.template CronJobSpec.jobTemplate
    Container.resources EphemeralContainer.resources
    DeploymentConfigSpec.strategy DeploymentStrategy.resources
    BuildConfigSpec.source BuildConfigSpec.strategy BuildConfigSpec.output BuildConfigSpec.resources
    BuildConfigSpec.postCommit BuildSpec.source BuildSpec.strategy BuildSpec.output BuildSpec.resources
    BuildSpec.postCommit
  `),
  emptyWritten: fields(`
    RollingUpdateStatefulSetStrategy.partition ProbeHandler.port DeploymentConfigSpec.triggers BuildConfigSpec.triggers
    CSIVolumeSource.readOnly RecreateDeploymentStrategyParams.timeoutSeconds
    RollingDeploymentStrategyParams.timeoutSeconds
  `),
  defaults: { 'ContainerPort.protocol': 'TCP' },
  descriptions: {
    PodSpec: 'What a pod runs.',
    PodTemplateSpec: 'What the pods that are made of it look like.',
    Container: 'A container of a pod.',
    'PodSpec.containers': 'The containers; at least one.',
    'PodSpec.initContainers': 'Containers that run to their end, one after the other, before the others start.',
    'Container.name': 'Its name, unique in the pod.',
    'Container.image':
      'The image to run. A name of an image stream of the namespace is looked up where that is allowed.',
    'Container.imagePullPolicy':
      'Always, IfNotPresent or Never. Default: Always for the tag latest or none, else IfNotPresent.',
    'Container.env': 'Environment variables.',
    'Container.ports': 'Ports it listens on.',
    'DeploymentSpec.paused': 'Is the rollout held up?',
    'DeploymentSpec.selector': 'Labels of its pods; never changes.',
    'DeploymentSpec.template': 'What its pods look like.',
    'CronJobSpec.schedule': 'When it runs, in cron notation.',
    'DeploymentConfigSpec.triggers': 'What starts a rollout. Default: a change of the configuration.',
    'BuildConfigSpec.triggers': 'What starts a build.',
  },
};
