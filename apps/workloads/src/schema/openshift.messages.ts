const BUILD = `serviceAccount source:BuildSource revision:SourceRevision strategy:BuildStrategy output:BuildOutput
  resources:core.v1.ResourceRequirements postCommit:BuildPostCommitSpec completionDeadlineSeconds:int64
  nodeSelector:{string} mountTrustedCA:bool`;

/** The structs of OpenShift's deployment and build APIs, in the notation of `readMessageTable`: they travel as JSON only. */
export const openshiftMessages: Readonly<Record<'apps.openshift.v1' | 'build.openshift.v1', string>> = {
  'apps.openshift.v1': `
CustomDeploymentStrategyParams image environment:[core.v1.EnvVar] command:[string]
DeploymentCause type imageTrigger:DeploymentCauseImageTrigger
DeploymentCauseImageTrigger from:core.v1.ObjectReference
DeploymentCondition type status lastUpdateTime:meta.v1.Time lastTransitionTime:meta.v1.Time reason message
DeploymentConfig metadata:meta.v1.ObjectMeta spec:DeploymentConfigSpec status:DeploymentConfigStatus
DeploymentConfigSpec strategy:DeploymentStrategy minReadySeconds:int32 triggers:[DeploymentTriggerPolicy]
  replicas:int32 revisionHistoryLimit:int32 test:bool paused:bool selector:{string} template:core.v1.PodTemplateSpec
DeploymentConfigStatus latestVersion:int64 observedGeneration:int64 replicas:int32 updatedReplicas:int32
  availableReplicas:int32 unavailableReplicas:int32 details:DeploymentDetails conditions:[DeploymentCondition]
  readyReplicas:int32
DeploymentConfigRollback name updatedAnnotations:{string} spec:DeploymentConfigRollbackSpec
DeploymentConfigRollbackSpec from:core.v1.ObjectReference revision:int64 includeTriggers:bool includeTemplate:bool
  includeReplicationMeta:bool includeStrategy:bool
DeploymentDetails message causes:[DeploymentCause]
DeploymentRequest name latest:bool force:bool excludeTriggers:[string]
DeploymentStrategy type customParams:CustomDeploymentStrategyParams recreateParams:RecreateDeploymentStrategyParams
  rollingParams:RollingDeploymentStrategyParams resources:core.v1.ResourceRequirements labels:{string}
  annotations:{string} activeDeadlineSeconds:int64
DeploymentTriggerImageChangeParams automatic:bool containerNames:[string] from:core.v1.ObjectReference
  lastTriggeredImage
DeploymentTriggerPolicy type imageChangeParams:DeploymentTriggerImageChangeParams
ExecNewPodHook command:[string] env:[core.v1.EnvVar] containerName volumes:[string]
LifecycleHook failurePolicy execNewPod:ExecNewPodHook tagImages:[TagImageHook]
RecreateDeploymentStrategyParams timeoutSeconds:int64 pre:LifecycleHook mid:LifecycleHook post:LifecycleHook
RollingDeploymentStrategyParams updatePeriodSeconds:int64 intervalSeconds:int64 timeoutSeconds:int64
  maxUnavailable:util.intstr.IntOrString maxSurge:util.intstr.IntOrString pre:LifecycleHook post:LifecycleHook
TagImageHook containerName to:core.v1.ObjectReference
`,
  'build.openshift.v1': `
BinaryBuildRequestOptions metadata:meta.v1.ObjectMeta asFile
BinaryBuildSource asFile
BitbucketWebHookCause revision:SourceRevision secret
Build metadata:meta.v1.ObjectMeta spec:BuildSpec status:BuildStatus
BuildCondition type status lastUpdateTime:meta.v1.Time lastTransitionTime:meta.v1.Time reason message
BuildConfig metadata:meta.v1.ObjectMeta spec:BuildConfigSpec status:BuildConfigStatus
BuildConfigSpec triggers:[BuildTriggerPolicy] runPolicy ${BUILD} successfulBuildsHistoryLimit:int32
  failedBuildsHistoryLimit:int32
BuildConfigStatus lastVersion:int64 imageChangeTriggers:[ImageChangeTriggerStatus]
BuildOutput to:core.v1.ObjectReference pushSecret:core.v1.LocalObjectReference imageLabels:[ImageLabel]
BuildPostCommitSpec command:[string] args:[string] script
BuildRequest metadata:meta.v1.ObjectMeta revision:SourceRevision triggeredByImage:core.v1.ObjectReference
  from:core.v1.ObjectReference binary:BinaryBuildSource lastVersion:int64 env:[core.v1.EnvVar]
  triggeredBy:[BuildTriggerCause] dockerStrategyOptions:DockerStrategyOptions
  sourceStrategyOptions:SourceStrategyOptions
BuildSource type binary:BinaryBuildSource dockerfile git:GitBuildSource images:[ImageSource] contextDir
  sourceSecret:core.v1.LocalObjectReference secrets:[SecretBuildSource] configMaps:[ConfigMapBuildSource]
BuildSpec ${BUILD} triggeredBy:[BuildTriggerCause]
BuildStatus phase cancelled:bool reason message startTimestamp:meta.v1.Time completionTimestamp:meta.v1.Time
  duration:int64 outputDockerImageReference config:core.v1.ObjectReference output:BuildStatusOutput
  stages:[StageInfo] logSnippet conditions:[BuildCondition]
BuildStatusOutput to:BuildStatusOutputTo
BuildStatusOutputTo imageDigest
BuildStrategy type dockerStrategy:DockerBuildStrategy sourceStrategy:SourceBuildStrategy
  customStrategy:CustomBuildStrategy jenkinsPipelineStrategy:JenkinsPipelineBuildStrategy
BuildTriggerCause message genericWebHook:GenericWebHookCause githubWebHook:GitHubWebHookCause
  imageChangeBuild:ImageChangeCause gitlabWebHook:GitLabWebHookCause bitbucketWebHook:BitbucketWebHookCause
BuildTriggerPolicy type github:WebHookTrigger generic:WebHookTrigger imageChange:ImageChangeTrigger
  gitlab:WebHookTrigger bitbucket:WebHookTrigger
BuildVolume name source:BuildVolumeSource mounts:[BuildVolumeMount]
BuildVolumeMount destinationPath
BuildVolumeSource type secret:core.v1.SecretVolumeSource configMap:core.v1.ConfigMapVolumeSource
  csi:core.v1.CSIVolumeSource
ConfigMapBuildSource configMap:core.v1.LocalObjectReference destinationDir
CustomBuildStrategy from:core.v1.ObjectReference pullSecret:core.v1.LocalObjectReference env:[core.v1.EnvVar]
  exposeDockerSocket:bool forcePull:bool secrets:[SecretSpec] buildAPIVersion
DockerBuildStrategy from:core.v1.ObjectReference pullSecret:core.v1.LocalObjectReference noCache:bool
  env:[core.v1.EnvVar] forcePull:bool dockerfilePath buildArgs:[core.v1.EnvVar] imageOptimizationPolicy
  volumes:[BuildVolume]
DockerStrategyOptions buildArgs:[core.v1.EnvVar] noCache:bool
GenericWebHookCause revision:SourceRevision secret
GitBuildSource uri ref httpProxy httpsProxy noProxy
GitHubWebHookCause revision:SourceRevision secret
GitLabWebHookCause revision:SourceRevision secret
GitSourceRevision commit author:SourceControlUser committer:SourceControlUser message
ImageChangeCause imageID fromRef:core.v1.ObjectReference
ImageChangeTrigger lastTriggeredImageID from:core.v1.ObjectReference paused:bool
ImageChangeTriggerStatus lastTriggeredImageID from:ImageStreamTagReference lastTriggerTime:meta.v1.Time
ImageLabel name value
ImageSource from:core.v1.ObjectReference as:[string] paths:[ImageSourcePath]
  pullSecret:core.v1.LocalObjectReference
ImageSourcePath sourcePath destinationDir
ImageStreamTagReference namespace name
JenkinsPipelineBuildStrategy jenkinsfilePath jenkinsfile env:[core.v1.EnvVar]
SecretBuildSource secret:core.v1.LocalObjectReference destinationDir
SecretLocalReference name
SecretSpec secretSource:core.v1.LocalObjectReference mountPath
SourceBuildStrategy from:core.v1.ObjectReference pullSecret:core.v1.LocalObjectReference env:[core.v1.EnvVar]
  scripts incremental:bool forcePull:bool volumes:[BuildVolume]
SourceControlUser name email
SourceRevision type git:GitSourceRevision
SourceStrategyOptions incremental:bool
StageInfo name startTime:meta.v1.Time durationMilliseconds:int64 steps:[StepInfo]
StepInfo name startTime:meta.v1.Time durationMilliseconds:int64
WebHookTrigger secret allowEnv:bool secretReference:SecretLocalReference
`,
};
