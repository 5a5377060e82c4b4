import {
  forbidden,
  invalid,
  type FieldError,
  type KubeObject,
  type RequestContext,
  type ResourceDefinition,
} from '@faktorz/apimachinery';
import type { AccessAttributes, Identity } from '@faktorz/domain';
import type { AccessIndex } from '../access/access-index.js';
import { asked } from '../access/access-of.js';
import type { PolicyRule } from '../access/rbac.js';
import { subjectsAllowed } from '../access/subjects-allowed.js';
import { openshiftReviewSchemaName, openshiftReviewSchemas } from './openshift-review.schema.js';
import { reviewDefinition, type Review } from './review-definition.js';
import { OPENSHIFT_AUTHORIZATION_GROUP as GROUP } from './review.js';

/** What is asked about, written beside the metadata. */
interface Action {
  namespace?: string;
  verb?: string;
  resourceAPIGroup?: string;
  resource?: string;
  resourceName?: string;
  path?: string;
  isNonResourceURL?: boolean;
}

interface Subject {
  user?: string;
  groups?: string[] | null;
  scopes?: string[] | null;
}

type ActionReview = KubeObject & Action;
type SubjectReview = KubeObject & Action & Subject;
type RulesReview = KubeObject & { spec?: Subject; status?: { rules: PolicyRule[] } };

/**
 * The reviews of OpenShift's own group, older than those of Kubernetes: `oc status`, `oc login` and `oc adm policy
 * who-can` still send them. Those named Local, and the rules reviews, are sent within a namespace.
 */
export function openshiftReviewResources(index: AccessIndex): ResourceDefinition[] {
  const define = <T extends KubeObject>(kind: string, namespaced: boolean, create: Review<T>['create']) =>
    reviewDefinition<T>({
      group: GROUP,
      kind,
      namespaced,
      schema: openshiftReviewSchemaName(kind),
      schemas: openshiftReviewSchemas,
      create,
    });
  const mayHe = async (review: SubjectReview, { identity }: RequestContext, namespace: string) => {
    const subject = subjectOf(review, identity);
    if (subject.user !== identity.user) mayAsk(index, identity, 'localsubjectaccessreviews', namespace);
    const { allowed, reason } = index.decide(subject, attributesOf(review, namespace));
    return answer('SubjectAccessReviewResponse', namespace, { allowed, ...(reason && { reason }) });
  };
  const whoMay = (review: ActionReview, namespace: string) => {
    const problems = problemsOf(review);
    if (problems.length > 0) throw invalid(review.kind, GROUP, '', problems);
    const { users, groups } = subjectsAllowed(index, attributesOf(review, namespace));
    // The misspelt name is OpenShift's, and clients read it.
    return answer('ResourceAccessReviewResponse', namespace, { users, groups, evalutionError: '' });
  };
  const rulesOf = <T extends RulesReview>(review: T, subject: Identity, { namespace = '' }: RequestContext): T => ({
    ...review,
    status: { rules: index.rulesFor(subject, namespace).map((rule) => ({ ...rule, resources: rule.resources ?? [] })) },
  });
  return [
    define<SubjectReview>('SubjectAccessReview', false, (review, context) =>
      mayHe(review, context, review.namespace ?? ''),
    ),
    define<SubjectReview>('LocalSubjectAccessReview', true, (review, context) =>
      mayHe(review, context, ownNamespace(review, context)),
    ),
    define<ActionReview>('ResourceAccessReview', false, async (review, { identity }) => {
      mayAsk(index, identity, 'localresourceaccessreviews', review.namespace ?? '');
      return whoMay(review, review.namespace ?? '');
    }),
    define<ActionReview>('LocalResourceAccessReview', true, async (review, context) =>
      whoMay(review, ownNamespace(review, context)),
    ),
    define<RulesReview>('SubjectRulesReview', true, async (review, context) =>
      rulesOf(review, subjectOf(review.spec ?? {}, context.identity), context),
    ),
    define<RulesReview>('SelfSubjectRulesReview', true, async (review, context) =>
      rulesOf(review, withScopes(context.identity, review.spec?.scopes), context),
    ),
  ];
}

function answer(kind: string, namespace: string, facts: object): { status: number; body: object } {
  return { status: 201, body: { kind, apiVersion: `${GROUP}/v1`, ...(namespace && { namespace }), ...facts } };
}

function subjectOf({ user, groups, scopes }: Subject, caller: Identity): Identity {
  if (!user && !groups?.length) return withScopes(caller, scopes);
  return { user: user ?? '', groups: groups ?? [], ...(scopes?.length && { scopes }) };
}

/** With the scopes that are asked about, else those of the caller's own token. */
function withScopes(caller: Identity, scopes: string[] | null | undefined): Identity {
  return scopes?.length ? { ...caller, scopes } : caller;
}

function attributesOf(action: Action, namespace: string): AccessAttributes {
  const { verb = '', resourceAPIGroup: group = '', resource: full = '', resourceName: name = '' } = action;
  const [resource = '', subresource = ''] = full.split('/');
  const path = action.isNonResourceURL ? { path: action.path ?? '' } : {};
  return asked({ verb, namespace, name, group, resource, subresource, ...path });
}

function problemsOf({ verb, resource, path, isNonResourceURL }: Action): FieldError[] {
  const missing = [
    ...(verb ? [] : ['verb']),
    ...(isNonResourceURL || resource ? [] : ['resource']),
    ...(isNonResourceURL && !path ? ['path'] : []),
  ];
  return missing.map((field) => ({ field, type: 'Required', detail: 'what is asked about' }));
}

/** Of a question sent within a namespace: it is about that one. */
function ownNamespace({ kind, namespace: named }: ActionReview, { namespace = '' }: RequestContext): string {
  if (!named || named === namespace) return namespace;
  const detail = `must be the namespace of the request: ${namespace}`;
  throw invalid(kind, GROUP, '', [{ field: 'namespace', type: 'Invalid', value: named, detail }]);
}

/** Questions about others reveal what they may do: one needs the right to the local form of the question there. */
function mayAsk(index: AccessIndex, identity: Identity, resource: string, namespace: string): void {
  if (index.decide(identity, asked({ verb: 'create', group: GROUP, resource, namespace })).allowed) return;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  throw forbidden(resource, GROUP, '', `User ${JSON.stringify(identity.user)} may not ask about others ${where}`);
}
