/** Field numbers and types of Kubernetes' protobuf messages (facts of the published `generated.proto`); notation: message-fields.ts. */
export const workloadsMessages: Readonly<Record<string, string>> = {
  'apps.v1': `
ControllerRevision metadata:meta.v1.ObjectMeta=1 data:runtime.RawExtension=2 revision:int64=3
DaemonSet metadata:meta.v1.ObjectMeta=1 spec:DaemonSetSpec=2 status:DaemonSetStatus=3
DaemonSetCondition type=1 status=2 lastTransitionTime:meta.v1.Time=3 reason=4 message=5
DaemonSetSpec selector:meta.v1.LabelSelector=1 template:core.v1.PodTemplateSpec=2
  updateStrategy:DaemonSetUpdateStrategy=3 minReadySeconds:int32=4 revisionHistoryLimit:int32=6
DaemonSetStatus currentNumberScheduled:int32=1 numberMisscheduled:int32=2 desiredNumberScheduled:int32=3
  numberReady:int32=4 observedGeneration:int64=5 updatedNumberScheduled:int32=6 numberAvailable:int32=7
  numberUnavailable:int32=8 collisionCount:int32=9 conditions:[DaemonSetCondition]=10
DaemonSetUpdateStrategy type=1 rollingUpdate:RollingUpdateDaemonSet=2
Deployment metadata:meta.v1.ObjectMeta=1 spec:DeploymentSpec=2 status:DeploymentStatus=3
DeploymentCondition type=1 status=2 reason=4 message=5 lastUpdateTime:meta.v1.Time=6
  lastTransitionTime:meta.v1.Time=7
DeploymentSpec replicas:int32=1 selector:meta.v1.LabelSelector=2 template:core.v1.PodTemplateSpec=3
  strategy:DeploymentStrategy=4 minReadySeconds:int32=5 revisionHistoryLimit:int32=6 paused:bool=7
  progressDeadlineSeconds:int32=9
DeploymentStatus observedGeneration:int64=1 replicas:int32=2 updatedReplicas:int32=3 availableReplicas:int32=4
  unavailableReplicas:int32=5 conditions:[DeploymentCondition]=6 readyReplicas:int32=7 collisionCount:int32=8
  terminatingReplicas:int32=9
DeploymentStrategy type=1 rollingUpdate:RollingUpdateDeployment=2
ReplicaSet metadata:meta.v1.ObjectMeta=1 spec:ReplicaSetSpec=2 status:ReplicaSetStatus=3
ReplicaSetCondition type=1 status=2 lastTransitionTime:meta.v1.Time=3 reason=4 message=5
ReplicaSetSpec replicas:int32=1 selector:meta.v1.LabelSelector=2 template:core.v1.PodTemplateSpec=3
  minReadySeconds:int32=4
ReplicaSetStatus replicas:int32=1 fullyLabeledReplicas:int32=2 observedGeneration:int64=3 readyReplicas:int32=4
  availableReplicas:int32=5 conditions:[ReplicaSetCondition]=6 terminatingReplicas:int32=7
RollingUpdateDaemonSet maxUnavailable:util.intstr.IntOrString=1 maxSurge:util.intstr.IntOrString=2
RollingUpdateDeployment maxUnavailable:util.intstr.IntOrString=1 maxSurge:util.intstr.IntOrString=2
RollingUpdateStatefulSetStrategy partition:int32=1 maxUnavailable:util.intstr.IntOrString=2
StatefulSet metadata:meta.v1.ObjectMeta=1 spec:StatefulSetSpec=2 status:StatefulSetStatus=3
StatefulSetCondition type=1 status=2 lastTransitionTime:meta.v1.Time=3 reason=4 message=5
StatefulSetOrdinals start:int32=1
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted=1 whenScaled=2
StatefulSetSpec replicas:int32=1 selector:meta.v1.LabelSelector=2 template:core.v1.PodTemplateSpec=3
  volumeClaimTemplates:[core.v1.PersistentVolumeClaim]=4 serviceName=5 podManagementPolicy=6
  updateStrategy:StatefulSetUpdateStrategy=7 revisionHistoryLimit:int32=8 minReadySeconds:int32=9
  persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy=10
  ordinals:StatefulSetOrdinals=11
StatefulSetStatus observedGeneration:int64=1 replicas:int32=2 readyReplicas:int32=3 currentReplicas:int32=4
  updatedReplicas:int32=5 currentRevision=6 updateRevision=7 collisionCount:int32=9
  conditions:[StatefulSetCondition]=10 availableReplicas:int32=11
StatefulSetUpdateStrategy type=1 rollingUpdate:RollingUpdateStatefulSetStrategy=2
`,
  'batch.v1': `
CronJob metadata:meta.v1.ObjectMeta=1 spec:CronJobSpec=2 status:CronJobStatus=3
CronJobSpec schedule=1 startingDeadlineSeconds:int64=2 concurrencyPolicy=3 suspend:bool=4
  jobTemplate:JobTemplateSpec=5 successfulJobsHistoryLimit:int32=6 failedJobsHistoryLimit:int32=7 timeZone=8
CronJobStatus active:[core.v1.ObjectReference]=1 lastScheduleTime:meta.v1.Time=4 lastSuccessfulTime:meta.v1.Time=5
Job metadata:meta.v1.ObjectMeta=1 spec:JobSpec=2 status:JobStatus=3
JobCondition type=1 status=2 lastProbeTime:meta.v1.Time=3 lastTransitionTime:meta.v1.Time=4 reason=5 message=6
JobSpec parallelism:int32=1 completions:int32=2 activeDeadlineSeconds:int64=3 selector:meta.v1.LabelSelector=4
  manualSelector:bool=5 template:core.v1.PodTemplateSpec=6 backoffLimit:int32=7 ttlSecondsAfterFinished:int32=8
  completionMode=9 suspend:bool=10 podFailurePolicy:PodFailurePolicy=11 backoffLimitPerIndex:int32=12
  maxFailedIndexes:int32=13 podReplacementPolicy=14 managedBy=15 successPolicy:SuccessPolicy=16
JobStatus conditions:[JobCondition]=1 startTime:meta.v1.Time=2 completionTime:meta.v1.Time=3 active:int32=4
  succeeded:int32=5 failed:int32=6 completedIndexes=7 uncountedTerminatedPods:UncountedTerminatedPods=8
  ready:int32=9 failedIndexes=10 terminating:int32=11
JobTemplateSpec metadata:meta.v1.ObjectMeta=1 spec:JobSpec=2
PodFailurePolicy rules:[PodFailurePolicyRule]=1
PodFailurePolicyOnExitCodesRequirement containerName=1 operator=2 values:[int32]=3
PodFailurePolicyOnPodConditionsPattern type=1 status=2
PodFailurePolicyRule action=1 onExitCodes:PodFailurePolicyOnExitCodesRequirement=2
  onPodConditions:[PodFailurePolicyOnPodConditionsPattern]=3
SuccessPolicy rules:[SuccessPolicyRule]=1
SuccessPolicyRule succeededIndexes=1 succeededCount:int32=2
UncountedTerminatedPods succeeded:[string]=1 failed:[string]=2
`,
};
