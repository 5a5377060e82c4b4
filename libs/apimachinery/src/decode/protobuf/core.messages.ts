/** Field numbers and types of Kubernetes' protobuf messages (facts of the published `generated.proto`); notation: message-fields.ts. */
export const coreMessages: Readonly<Record<string, string>> = {
  'core.v1': `
AWSElasticBlockStoreVolumeSource volumeID=1 fsType=2 partition:int32=3 readOnly:bool=4
Affinity nodeAffinity:NodeAffinity=1 podAffinity:PodAffinity=2 podAntiAffinity:PodAntiAffinity=3
AppArmorProfile type=1 localhostProfile=2
AzureDiskVolumeSource diskName=1 diskURI=2 cachingMode=3 fsType=4 readOnly:bool=5 kind=6
AzureFileVolumeSource secretName=1 shareName=2 readOnly:bool=3
CSIVolumeSource driver=1 readOnly:bool=2 fsType=3 volumeAttributes:{string}=4
  nodePublishSecretRef:LocalObjectReference=5
Capabilities add:[string]=1 drop:[string]=2
CephFSVolumeSource monitors:[string]=1 path=2 user=3 secretFile=4 secretRef:LocalObjectReference=5 readOnly:bool=6
CinderVolumeSource volumeID=1 fsType=2 readOnly:bool=3 secretRef:LocalObjectReference=4
ClusterTrustBundleProjection name=1 signerName=2 labelSelector:meta.v1.LabelSelector=3 path=4 optional:bool=5
ConfigMap metadata:meta.v1.ObjectMeta=1 data:{string}=2 binaryData:{bytes}=3 immutable:bool=4
ConfigMapEnvSource localObjectReference:LocalObjectReference=1 optional:bool=2
ConfigMapKeySelector localObjectReference:LocalObjectReference=1 key=2 optional:bool=3
ConfigMapProjection localObjectReference:LocalObjectReference=1 items:[KeyToPath]=2 optional:bool=4
ConfigMapVolumeSource localObjectReference:LocalObjectReference=1 items:[KeyToPath]=2 defaultMode:int32=3
  optional:bool=4
Container name=1 image=2 command:[string]=3 args:[string]=4 workingDir=5 ports:[ContainerPort]=6 env:[EnvVar]=7
  resources:ResourceRequirements=8 volumeMounts:[VolumeMount]=9 livenessProbe:Probe=10 readinessProbe:Probe=11
  lifecycle:Lifecycle=12 terminationMessagePath=13 imagePullPolicy=14 securityContext:SecurityContext=15
  stdin:bool=16 stdinOnce:bool=17 tty:bool=18 envFrom:[EnvFromSource]=19 terminationMessagePolicy=20
  volumeDevices:[VolumeDevice]=21 startupProbe:Probe=22 resizePolicy:[ContainerResizePolicy]=23 restartPolicy=24
  restartPolicyRules:[ContainerRestartRule]=25
ContainerExtendedResourceRequest containerName=1 resourceName=2 requestName=3
ContainerPort name=1 hostPort:int32=2 containerPort:int32=3 protocol=4 hostIP=5
ContainerResizePolicy resourceName=1 restartPolicy=2
ContainerRestartRule action=1 exitCodes:ContainerRestartRuleOnExitCodes=2
ContainerRestartRuleOnExitCodes operator=1 values:[int32]=2
ContainerState waiting:ContainerStateWaiting=1 running:ContainerStateRunning=2 terminated:ContainerStateTerminated=3
ContainerStateRunning startedAt:meta.v1.Time=1
ContainerStateTerminated exitCode:int32=1 signal:int32=2 reason=3 message=4 startedAt:meta.v1.Time=5
  finishedAt:meta.v1.Time=6 containerID=7
ContainerStateWaiting reason=1 message=2
ContainerStatus name=1 state:ContainerState=2 lastState:ContainerState=3 ready:bool=4 restartCount:int32=5 image=6
  imageID=7 containerID=8 started:bool=9 allocatedResources:{api.resource.Quantity}=10
  resources:ResourceRequirements=11 volumeMounts:[VolumeMountStatus]=12 user:ContainerUser=13
  allocatedResourcesStatus:[ResourceStatus]=14 stopSignal=15
ContainerUser linux:LinuxContainerUser=1
DownwardAPIProjection items:[DownwardAPIVolumeFile]=1
DownwardAPIVolumeFile path=1 fieldRef:ObjectFieldSelector=2 resourceFieldRef:ResourceFieldSelector=3 mode:int32=4
DownwardAPIVolumeSource items:[DownwardAPIVolumeFile]=1 defaultMode:int32=2
EmptyDirVolumeSource medium=1 sizeLimit:api.resource.Quantity=2
EnvFromSource prefix=1 configMapRef:ConfigMapEnvSource=2 secretRef:SecretEnvSource=3
EnvVar name=1 value=2 valueFrom:EnvVarSource=3
EnvVarSource fieldRef:ObjectFieldSelector=1 resourceFieldRef:ResourceFieldSelector=2
  configMapKeyRef:ConfigMapKeySelector=3 secretKeyRef:SecretKeySelector=4 fileKeyRef:FileKeySelector=5
EphemeralContainer ephemeralContainerCommon:EphemeralContainerCommon=1 targetContainerName=2
EphemeralContainerCommon name=1 image=2 command:[string]=3 args:[string]=4 workingDir=5 ports:[ContainerPort]=6
  env:[EnvVar]=7 resources:ResourceRequirements=8 volumeMounts:[VolumeMount]=9 livenessProbe:Probe=10
  readinessProbe:Probe=11 lifecycle:Lifecycle=12 terminationMessagePath=13 imagePullPolicy=14
  securityContext:SecurityContext=15 stdin:bool=16 stdinOnce:bool=17 tty:bool=18 envFrom:[EnvFromSource]=19
  terminationMessagePolicy=20 volumeDevices:[VolumeDevice]=21 startupProbe:Probe=22
  resizePolicy:[ContainerResizePolicy]=23 restartPolicy=24 restartPolicyRules:[ContainerRestartRule]=25
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate=1
Event metadata:meta.v1.ObjectMeta=1 involvedObject:ObjectReference=2 reason=3 message=4 source:EventSource=5
  firstTimestamp:meta.v1.Time=6 lastTimestamp:meta.v1.Time=7 count:int32=8 type=9 eventTime:meta.v1.MicroTime=10
  series:EventSeries=11 action=12 related:ObjectReference=13 reportingComponent=14 reportingInstance=15
EventSeries count:int32=1 lastObservedTime:meta.v1.MicroTime=2
EventSource component=1 host=2
ExecAction command:[string]=1
FCVolumeSource targetWWNs:[string]=1 lun:int32=2 fsType=3 readOnly:bool=4 wwids:[string]=5
FileKeySelector volumeName=1 path=2 key=3 optional:bool=4
FlexVolumeSource driver=1 fsType=2 secretRef:LocalObjectReference=3 readOnly:bool=4 options:{string}=5
FlockerVolumeSource datasetName=1 datasetUUID=2
GCEPersistentDiskVolumeSource pdName=1 fsType=2 partition:int32=3 readOnly:bool=4
GRPCAction port:int32=1 service=2
GitRepoVolumeSource repository=1 revision=2 directory=3
GlusterfsVolumeSource endpoints=1 path=2 readOnly:bool=3
HTTPGetAction path=1 port:util.intstr.IntOrString=2 host=3 scheme=4 httpHeaders:[HTTPHeader]=5
HTTPHeader name=1 value=2
HostAlias ip=1 hostnames:[string]=2
HostIP ip=1
HostPathVolumeSource path=1 type=2
ISCSIVolumeSource targetPortal=1 iqn=2 lun:int32=3 iscsiInterface=4 fsType=5 readOnly:bool=6 portals:[string]=7
  chapAuthDiscovery:bool=8 secretRef:LocalObjectReference=10 chapAuthSession:bool=11 initiatorName=12
ImageVolumeSource reference=1 pullPolicy=2
ImageVolumeStatus imageRef=1
KeyToPath key=1 path=2 mode:int32=3
Lifecycle postStart:LifecycleHandler=1 preStop:LifecycleHandler=2 stopSignal=3
LifecycleHandler exec:ExecAction=1 httpGet:HTTPGetAction=2 tcpSocket:TCPSocketAction=3 sleep:SleepAction=4
LimitRange metadata:meta.v1.ObjectMeta=1 spec:LimitRangeSpec=2
LimitRangeItem type=1 max:{api.resource.Quantity}=2 min:{api.resource.Quantity}=3 default:{api.resource.Quantity}=4
  defaultRequest:{api.resource.Quantity}=5 maxLimitRequestRatio:{api.resource.Quantity}=6
LimitRangeSpec limits:[LimitRangeItem]=1
LinuxContainerUser uid:int64=1 gid:int64=2 supplementalGroups:[int64]=3
LocalObjectReference name=1
ModifyVolumeStatus targetVolumeAttributesClassName=1 status=2
NFSVolumeSource server=1 path=2 readOnly:bool=3
Namespace metadata:meta.v1.ObjectMeta=1 spec:NamespaceSpec=2 status:NamespaceStatus=3
NamespaceCondition type=1 status=2 lastTransitionTime:meta.v1.Time=4 reason=5 message=6
NamespaceSpec finalizers:[string]=1
NamespaceStatus phase=1 conditions:[NamespaceCondition]=2
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector=1
  preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]=2
NodeAllocatableResourceClaimStatus resourceClaimName=1 containers:[string]=2 resources:{api.resource.Quantity}=3
NodeSelector nodeSelectorTerms:[NodeSelectorTerm]=1
NodeSelectorRequirement key=1 operator=2 values:[string]=3
NodeSelectorTerm matchExpressions:[NodeSelectorRequirement]=1 matchFields:[NodeSelectorRequirement]=2
ObjectFieldSelector apiVersion=1 fieldPath=2
ObjectReference kind=1 namespace=2 name=3 uid=4 apiVersion=5 resourceVersion=6 fieldPath=7
PersistentVolumeClaim metadata:meta.v1.ObjectMeta=1 spec:PersistentVolumeClaimSpec=2
  status:PersistentVolumeClaimStatus=3
PersistentVolumeClaimCondition type=1 status=2 lastProbeTime:meta.v1.Time=3 lastTransitionTime:meta.v1.Time=4
  reason=5 message=6
PersistentVolumeClaimSpec accessModes:[string]=1 resources:VolumeResourceRequirements=2 volumeName=3
  selector:meta.v1.LabelSelector=4 storageClassName=5 volumeMode=6 dataSource:TypedLocalObjectReference=7
  dataSourceRef:TypedObjectReference=8 volumeAttributesClassName=9
PersistentVolumeClaimStatus phase=1 accessModes:[string]=2 capacity:{api.resource.Quantity}=3
  conditions:[PersistentVolumeClaimCondition]=4 allocatedResources:{api.resource.Quantity}=5
  allocatedResourceStatuses:{string}=7 currentVolumeAttributesClassName=8 modifyVolumeStatus:ModifyVolumeStatus=9
PersistentVolumeClaimTemplate metadata:meta.v1.ObjectMeta=1 spec:PersistentVolumeClaimSpec=2
PersistentVolumeClaimVolumeSource claimName=1 readOnly:bool=2
PhotonPersistentDiskVolumeSource pdID=1 fsType=2
Pod metadata:meta.v1.ObjectMeta=1 spec:PodSpec=2 status:PodStatus=3
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]=1
  preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]=2
PodAffinityTerm labelSelector:meta.v1.LabelSelector=1 namespaces:[string]=2 topologyKey=3
  namespaceSelector:meta.v1.LabelSelector=4 matchLabelKeys:[string]=5 mismatchLabelKeys:[string]=6
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]=1
  preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]=2
PodCertificateProjection signerName=1 keyType=2 maxExpirationSeconds:int32=3 credentialBundlePath=4 keyPath=5
  certificateChainPath=6 userAnnotations:{string}=7
PodCondition type=1 status=2 lastProbeTime:meta.v1.Time=3 lastTransitionTime:meta.v1.Time=4 reason=5 message=6
  observedGeneration:int64=7
PodDNSConfig nameservers:[string]=1 searches:[string]=2 options:[PodDNSConfigOption]=3
PodDNSConfigOption name=1 value=2
PodExtendedResourceClaimStatus requestMappings:[ContainerExtendedResourceRequest]=1 resourceClaimName=2
PodIP ip=1
PodOS name=1
PodReadinessGate conditionType=1
PodResourceClaim name=1 resourceClaimName=3 resourceClaimTemplateName=4
PodResourceClaimStatus name=1 resourceClaimName=2
PodSchedulingGate name=1
PodSchedulingGroup podGroupName=1
PodSecurityContext seLinuxOptions:SELinuxOptions=1 runAsUser:int64=2 runAsNonRoot:bool=3
  supplementalGroups:[int64]=4 fsGroup:int64=5 runAsGroup:int64=6 sysctls:[Sysctl]=7
  windowsOptions:WindowsSecurityContextOptions=8 fsGroupChangePolicy=9 seccompProfile:SeccompProfile=10
  appArmorProfile:AppArmorProfile=11 supplementalGroupsPolicy=12 seLinuxChangePolicy=13
PodSpec volumes:[Volume]=1 containers:[Container]=2 restartPolicy=3 terminationGracePeriodSeconds:int64=4
  activeDeadlineSeconds:int64=5 dnsPolicy=6 nodeSelector:{string}=7 serviceAccountName=8 serviceAccount=9
  nodeName=10 hostNetwork:bool=11 hostPID:bool=12 hostIPC:bool=13 securityContext:PodSecurityContext=14
  imagePullSecrets:[LocalObjectReference]=15 hostname=16 subdomain=17 affinity:Affinity=18 schedulerName=19
  initContainers:[Container]=20 automountServiceAccountToken:bool=21 tolerations:[Toleration]=22
  hostAliases:[HostAlias]=23 priorityClassName=24 priority:int32=25 dnsConfig:PodDNSConfig=26
  shareProcessNamespace:bool=27 readinessGates:[PodReadinessGate]=28 runtimeClassName=29 enableServiceLinks:bool=30
  preemptionPolicy=31 overhead:{api.resource.Quantity}=32 topologySpreadConstraints:[TopologySpreadConstraint]=33
  ephemeralContainers:[EphemeralContainer]=34 setHostnameAsFQDN:bool=35 os:PodOS=36 hostUsers:bool=37
  schedulingGates:[PodSchedulingGate]=38 resourceClaims:[PodResourceClaim]=39 resources:ResourceRequirements=40
  hostnameOverride=41 schedulingGroup:PodSchedulingGroup=43
PodStatus phase=1 conditions:[PodCondition]=2 message=3 reason=4 hostIP=5 podIP=6 startTime:meta.v1.Time=7
  containerStatuses:[ContainerStatus]=8 qosClass=9 initContainerStatuses:[ContainerStatus]=10 nominatedNodeName=11
  podIPs:[PodIP]=12 ephemeralContainerStatuses:[ContainerStatus]=13 resize=14
  resourceClaimStatuses:[PodResourceClaimStatus]=15 hostIPs:[HostIP]=16 observedGeneration:int64=17
  extendedResourceClaimStatus:PodExtendedResourceClaimStatus=18 allocatedResources:{api.resource.Quantity}=19
  resources:ResourceRequirements=20 nodeAllocatableResourceClaimStatuses:[NodeAllocatableResourceClaimStatus]=21
PodTemplate metadata:meta.v1.ObjectMeta=1 template:PodTemplateSpec=2
PodTemplateSpec metadata:meta.v1.ObjectMeta=1 spec:PodSpec=2
PortworxVolumeSource volumeID=1 fsType=2 readOnly:bool=3
PreferredSchedulingTerm weight:int32=1 preference:NodeSelectorTerm=2
Probe handler:ProbeHandler=1 initialDelaySeconds:int32=2 timeoutSeconds:int32=3 periodSeconds:int32=4
  successThreshold:int32=5 failureThreshold:int32=6 terminationGracePeriodSeconds:int64=7
ProbeHandler exec:ExecAction=1 httpGet:HTTPGetAction=2 tcpSocket:TCPSocketAction=3 grpc:GRPCAction=4
ProjectedVolumeSource sources:[VolumeProjection]=1 defaultMode:int32=2
QuobyteVolumeSource registry=1 volume=2 readOnly:bool=3 user=4 group=5 tenant=6
RBDVolumeSource monitors:[string]=1 image=2 fsType=3 pool=4 user=5 keyring=6 secretRef:LocalObjectReference=7
  readOnly:bool=8
ReplicationController metadata:meta.v1.ObjectMeta=1 spec:ReplicationControllerSpec=2
  status:ReplicationControllerStatus=3
ReplicationControllerCondition type=1 status=2 lastTransitionTime:meta.v1.Time=3 reason=4 message=5
ReplicationControllerSpec replicas:int32=1 selector:{string}=2 template:PodTemplateSpec=3 minReadySeconds:int32=4
ReplicationControllerStatus replicas:int32=1 fullyLabeledReplicas:int32=2 observedGeneration:int64=3
  readyReplicas:int32=4 availableReplicas:int32=5 conditions:[ReplicationControllerCondition]=6
ResourceClaim name=1 request=2
ResourceFieldSelector containerName=1 resource=2 divisor:api.resource.Quantity=3
ResourceHealth resourceID=1 health=2 message=6
ResourceQuota metadata:meta.v1.ObjectMeta=1 spec:ResourceQuotaSpec=2 status:ResourceQuotaStatus=3
ResourceQuotaSpec hard:{api.resource.Quantity}=1 scopes:[string]=2 scopeSelector:ScopeSelector=3
ResourceQuotaStatus hard:{api.resource.Quantity}=1 used:{api.resource.Quantity}=2
ResourceRequirements limits:{api.resource.Quantity}=1 requests:{api.resource.Quantity}=2 claims:[ResourceClaim]=3
ResourceStatus name=1 resources:[ResourceHealth]=2
SELinuxOptions user=1 role=2 type=3 level=4
ScaleIOVolumeSource gateway=1 system=2 secretRef:LocalObjectReference=3 sslEnabled:bool=4 protectionDomain=5
  storagePool=6 storageMode=7 volumeName=8 fsType=9 readOnly:bool=10
ScopeSelector matchExpressions:[ScopedResourceSelectorRequirement]=1
ScopedResourceSelectorRequirement scopeName=1 operator=2 values:[string]=3
SeccompProfile type=1 localhostProfile=2
Secret metadata:meta.v1.ObjectMeta=1 data:{bytes}=2 type=3 stringData:{string}=4 immutable:bool=5
SecretEnvSource localObjectReference:LocalObjectReference=1 optional:bool=2
SecretKeySelector localObjectReference:LocalObjectReference=1 key=2 optional:bool=3
SecretProjection localObjectReference:LocalObjectReference=1 items:[KeyToPath]=2 optional:bool=4
SecretVolumeSource secretName=1 items:[KeyToPath]=2 defaultMode:int32=3 optional:bool=4
SecurityContext capabilities:Capabilities=1 privileged:bool=2 seLinuxOptions:SELinuxOptions=3 runAsUser:int64=4
  runAsNonRoot:bool=5 readOnlyRootFilesystem:bool=6 allowPrivilegeEscalation:bool=7 runAsGroup:int64=8 procMount=9
  windowsOptions:WindowsSecurityContextOptions=10 seccompProfile:SeccompProfile=11
  appArmorProfile:AppArmorProfile=12
ServiceAccount metadata:meta.v1.ObjectMeta=1 secrets:[ObjectReference]=2 imagePullSecrets:[LocalObjectReference]=3
  automountServiceAccountToken:bool=4
ServiceAccountTokenProjection audience=1 expirationSeconds:int64=2 path=3
SleepAction seconds:int64=1
StorageOSVolumeSource volumeName=1 volumeNamespace=2 fsType=3 readOnly:bool=4 secretRef:LocalObjectReference=5
Sysctl name=1 value=2
TCPSocketAction port:util.intstr.IntOrString=1 host=2
Toleration key=1 operator=2 value=3 effect=4 tolerationSeconds:int64=5
TopologySpreadConstraint maxSkew:int32=1 topologyKey=2 whenUnsatisfiable=3 labelSelector:meta.v1.LabelSelector=4
  minDomains:int32=5 nodeAffinityPolicy=6 nodeTaintsPolicy=7 matchLabelKeys:[string]=8
TypedLocalObjectReference apiGroup=1 kind=2 name=3
TypedObjectReference apiGroup=1 kind=2 name=3 namespace=4
Volume name=1 volumeSource:VolumeSource=2
VolumeDevice name=1 devicePath=2
VolumeMount name=1 readOnly:bool=2 mountPath=3 subPath=4 mountPropagation=5 subPathExpr=6 recursiveReadOnly=7
VolumeMountStatus name=1 mountPath=2 readOnly:bool=3 recursiveReadOnly=4 volumeStatus:VolumeStatus=5
VolumeProjection secret:SecretProjection=1 downwardAPI:DownwardAPIProjection=2 configMap:ConfigMapProjection=3
  serviceAccountToken:ServiceAccountTokenProjection=4 clusterTrustBundle:ClusterTrustBundleProjection=5
  podCertificate:PodCertificateProjection=6
VolumeResourceRequirements limits:{api.resource.Quantity}=1 requests:{api.resource.Quantity}=2
VolumeSource hostPath:HostPathVolumeSource=1 emptyDir:EmptyDirVolumeSource=2
  gcePersistentDisk:GCEPersistentDiskVolumeSource=3 awsElasticBlockStore:AWSElasticBlockStoreVolumeSource=4
  gitRepo:GitRepoVolumeSource=5 secret:SecretVolumeSource=6 nfs:NFSVolumeSource=7 iscsi:ISCSIVolumeSource=8
  glusterfs:GlusterfsVolumeSource=9 persistentVolumeClaim:PersistentVolumeClaimVolumeSource=10
  rbd:RBDVolumeSource=11 flexVolume:FlexVolumeSource=12 cinder:CinderVolumeSource=13 cephfs:CephFSVolumeSource=14
  flocker:FlockerVolumeSource=15 downwardAPI:DownwardAPIVolumeSource=16 fc:FCVolumeSource=17
  azureFile:AzureFileVolumeSource=18 configMap:ConfigMapVolumeSource=19
  vsphereVolume:VsphereVirtualDiskVolumeSource=20 quobyte:QuobyteVolumeSource=21 azureDisk:AzureDiskVolumeSource=22
  photonPersistentDisk:PhotonPersistentDiskVolumeSource=23 portworxVolume:PortworxVolumeSource=24
  scaleIO:ScaleIOVolumeSource=25 projected:ProjectedVolumeSource=26 storageos:StorageOSVolumeSource=27
  csi:CSIVolumeSource=28 ephemeral:EphemeralVolumeSource=29 image:ImageVolumeSource=30
VolumeStatus image:ImageVolumeStatus=1
VsphereVirtualDiskVolumeSource volumePath=1 fsType=2 storagePolicyName=3 storagePolicyID=4
WeightedPodAffinityTerm weight:int32=1 podAffinityTerm:PodAffinityTerm=2
WindowsSecurityContextOptions gmsaCredentialSpecName=1 gmsaCredentialSpec=2 runAsUserName=3 hostProcess:bool=4
`,
};
