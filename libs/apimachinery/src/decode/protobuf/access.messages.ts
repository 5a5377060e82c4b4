/** Field numbers and types of Kubernetes' protobuf messages (facts of the published `generated.proto`); notation: message-fields.ts. */
export const accessMessages: Readonly<Record<string, string>> = {
  'authentication.v1': `
BoundObjectReference kind=1 apiVersion=2 name=3 uID=4
ExtraValue items:[string]=1
SelfSubjectReview metadata:meta.v1.ObjectMeta=1 status:SelfSubjectReviewStatus=2
SelfSubjectReviewStatus userInfo:UserInfo=1
TokenRequest metadata:meta.v1.ObjectMeta=1 spec:TokenRequestSpec=2 status:TokenRequestStatus=3
TokenRequestSpec audiences:[string]=1 boundObjectRef:BoundObjectReference=3 expirationSeconds:int64=4
TokenRequestStatus token=1 expirationTimestamp:meta.v1.Time=2
TokenReview metadata:meta.v1.ObjectMeta=1 spec:TokenReviewSpec=2 status:TokenReviewStatus=3
TokenReviewSpec token=1 audiences:[string]=2
TokenReviewStatus authenticated:bool=1 user:UserInfo=2 error=3 audiences:[string]=4
UserInfo username=1 uid=2 groups:[string]=3 extra:{ExtraValue}=4
`,
  'authorization.v1': `
ExtraValue items:[string]=1
FieldSelectorAttributes rawSelector=1 requirements:[meta.v1.FieldSelectorRequirement]=2
LabelSelectorAttributes rawSelector=1 requirements:[meta.v1.LabelSelectorRequirement]=2
LocalSubjectAccessReview metadata:meta.v1.ObjectMeta=1 spec:SubjectAccessReviewSpec=2
  status:SubjectAccessReviewStatus=3
NonResourceAttributes path=1 verb=2
NonResourceRule verbs:[string]=1 nonResourceURLs:[string]=2
ResourceAttributes namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7
  fieldSelector:FieldSelectorAttributes=8 labelSelector:LabelSelectorAttributes=9
ResourceRule verbs:[string]=1 apiGroups:[string]=2 resources:[string]=3 resourceNames:[string]=4
SelfSubjectAccessReview metadata:meta.v1.ObjectMeta=1 spec:SelfSubjectAccessReviewSpec=2
  status:SubjectAccessReviewStatus=3
SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes=1 nonResourceAttributes:NonResourceAttributes=2
SelfSubjectRulesReview metadata:meta.v1.ObjectMeta=1 spec:SelfSubjectRulesReviewSpec=2
  status:SubjectRulesReviewStatus=3
SelfSubjectRulesReviewSpec namespace=1
SubjectAccessReview metadata:meta.v1.ObjectMeta=1 spec:SubjectAccessReviewSpec=2 status:SubjectAccessReviewStatus=3
SubjectAccessReviewSpec resourceAttributes:ResourceAttributes=1 nonResourceAttributes:NonResourceAttributes=2 user=3
  groups:[string]=4 extra:{ExtraValue}=5 uid=6
SubjectAccessReviewStatus allowed:bool=1 reason=2 evaluationError=3 denied:bool=4
SubjectRulesReviewStatus resourceRules:[ResourceRule]=1 nonResourceRules:[NonResourceRule]=2 incomplete:bool=3
  evaluationError=4
`,
  'rbac.v1': `
AggregationRule clusterRoleSelectors:[meta.v1.LabelSelector]=1
ClusterRole metadata:meta.v1.ObjectMeta=1 rules:[PolicyRule]=2 aggregationRule:AggregationRule=3
ClusterRoleBinding metadata:meta.v1.ObjectMeta=1 subjects:[Subject]=2 roleRef:RoleRef=3
PolicyRule verbs:[string]=1 apiGroups:[string]=2 resources:[string]=3 resourceNames:[string]=4
  nonResourceURLs:[string]=5
Role metadata:meta.v1.ObjectMeta=1 rules:[PolicyRule]=2
RoleBinding metadata:meta.v1.ObjectMeta=1 subjects:[Subject]=2 roleRef:RoleRef=3
RoleRef apiGroup=1 kind=2 name=3
Subject kind=1 apiGroup=2 name=3 namespace=4
`,
};
