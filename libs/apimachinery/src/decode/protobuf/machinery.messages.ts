/** Field numbers and types of Kubernetes' protobuf messages (facts of the published `generated.proto`); notation: message-fields.ts. */
export const machineryMessages: Readonly<Record<string, string>> = {
  'meta.v1': `
DeleteOptions gracePeriodSeconds:int64=1 preconditions:Preconditions=2 orphanDependents:bool=3 propagationPolicy=4
  dryRun:[string]=5 ignoreStoreReadErrorWithClusterBreakingPotential:bool=6
FieldSelectorRequirement key=1 operator=2 values:[string]=3
FieldsV1 Raw:bytes=1
LabelSelector matchLabels:{string}=1 matchExpressions:[LabelSelectorRequirement]=2
LabelSelectorRequirement key=1 operator=2 values:[string]=3
ListMeta selfLink=1 resourceVersion=2 continue=3 remainingItemCount:int64=4 shardInfo:ShardInfo=5
ManagedFieldsEntry manager=1 operation=2 apiVersion=3 time:Time=4 fieldsType=6 fieldsV1:FieldsV1=7 subresource=8
MicroTime seconds:int64=1 nanos:int32=2
ObjectMeta name=1 generateName=2 namespace=3 selfLink=4 uid=5 resourceVersion=6 generation:int64=7
  creationTimestamp:Time=8 deletionTimestamp:Time=9 deletionGracePeriodSeconds:int64=10 labels:{string}=11
  annotations:{string}=12 ownerReferences:[OwnerReference]=13 finalizers:[string]=14
  managedFields:[ManagedFieldsEntry]=17
OwnerReference kind=1 name=3 uid=4 apiVersion=5 controller:bool=6 blockOwnerDeletion:bool=7
Preconditions uid=1 resourceVersion=2
ShardInfo selector=1
Status metadata:ListMeta=1 status=2 message=3 reason=4 details:StatusDetails=5 code:int32=6
StatusCause reason=1 message=2 field=3
StatusDetails name=1 group=2 kind=3 causes:[StatusCause]=4 retryAfterSeconds:int32=5 uid=6
Time seconds:int64=1 nanos:int32=2
`,
  'api.resource': `
Quantity string=1
`,
  runtime: `
RawExtension raw:bytes=1
TypeMeta apiVersion=1 kind=2
Unknown typeMeta:TypeMeta=1 raw:bytes=2 contentEncoding=3 contentType=4
`,
  'util.intstr': `
IntOrString type:int64=1 intVal:int32=2 strVal=3
`,
};
