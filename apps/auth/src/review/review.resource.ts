import {
  badRequest,
  invalid,
  updateManagedFields,
  type FieldError,
  type KubeObject,
  type RequestContext,
  type ResourceDefinition,
} from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import type { AccessIndex } from '../access/access-index.js';
import type { PolicyRule } from '../access/rbac.js';
import { nowInSeconds } from '../storage/new-object.js';
import type { TokenReviewer } from '../token/token-reviewer.js';
import {
  attributesOf,
  AUTHENTICATION_GROUP,
  AUTHORIZATION_GROUP,
  subjectOf,
  userInfoOf,
  type AccessReview,
  type UserInfo,
} from './review.js';
import {
  authenticationSchemaName,
  authenticationSchemas,
  authorizationSchemaName,
  authorizationSchemas,
} from './review.schema.js';
import { openshiftReviewResources } from './openshift-review.resource.js';
import { reviewDefinition } from './review-definition.js';
import { validateLocality, validateQuestion, validateSubjectReview } from './review-rules.js';

interface TokenReview extends KubeObject {
  spec: { token?: string; audiences?: string[] };
  status?: { authenticated?: boolean; user?: UserInfo; audiences?: string[]; error?: string };
}

interface RulesReview extends KubeObject {
  spec: { namespace?: string };
  status?: { resourceRules: PolicyRule[]; nonResourceRules: PolicyRule[]; incomplete: boolean };
}

/** Questions about who somebody is and what he may do. Nothing of them is stored. */
export function reviewResources(index: AccessIndex, tokens: TokenReviewer): ResourceDefinition[] {
  const decide = (review: AccessReview, identity: Identity): AccessReview => {
    const attributes = attributesOf(review.spec)!;
    const { allowed, reason, evaluationError } = index.decide(identity, attributes);
    return { ...review, status: { allowed, ...(reason && { reason }), ...(evaluationError && { evaluationError }) } };
  };
  const accessReview = (
    kind: string,
    validate: (review: AccessReview, context: RequestContext) => FieldError[],
    { namesSubject, namespaced = false }: { namesSubject: boolean; namespaced?: boolean },
  ): ResourceDefinition =>
    reviewDefinition<AccessReview>({
      group: AUTHORIZATION_GROUP,
      kind,
      namespaced,
      schema: authorizationSchemaName(kind),
      schemas: authorizationSchemas,
      create: async (sent, context) => {
        const review = withSpec(sent);
        const errors = validate(review, context);
        if (errors.length > 0) throw invalid(kind, AUTHORIZATION_GROUP, '', errors);
        noteFields(review, context);
        return decide(review, namesSubject ? subjectOf(review.spec) : context.identity);
      },
    });
  return [
    reviewDefinition({
      group: AUTHENTICATION_GROUP,
      kind: 'SelfSubjectReview',
      schema: authenticationSchemaName('SelfSubjectReview'),
      schemas: authenticationSchemas,
      create: async (review, { identity }) => ({
        ...review,
        metadata: { ...review.metadata, creationTimestamp: nowInSeconds() },
        status: { userInfo: userInfoOf(identity) },
      }),
    }),
    reviewDefinition<TokenReview>({
      group: AUTHENTICATION_GROUP,
      kind: 'TokenReview',
      schema: authenticationSchemaName('TokenReview'),
      schemas: authenticationSchemas,
      create: async (sent) => {
        const review = withSpec(sent);
        if (!review.spec.token) throw badRequest('token is required for TokenReview in authentication');
        return { ...review, status: await reviewToken(review.spec.token, review.spec.audiences, tokens) };
      },
    }),
    accessReview('SelfSubjectAccessReview', ({ spec }) => validateQuestion(spec), { namesSubject: false }),
    accessReview('SubjectAccessReview', ({ spec }) => validateSubjectReview(spec), { namesSubject: true }),
    accessReview(
      'LocalSubjectAccessReview',
      ({ spec }, { namespace = '' }) => [...validateSubjectReview(spec), ...validateLocality(spec, namespace)],
      { namesSubject: true, namespaced: true },
    ),
    reviewDefinition<RulesReview>({
      group: AUTHORIZATION_GROUP,
      kind: 'SelfSubjectRulesReview',
      schema: authorizationSchemaName('SelfSubjectRulesReview'),
      schemas: authorizationSchemas,
      create: async (sent, { identity }) => {
        const review = withSpec(sent);
        if (!review.spec.namespace) throw badRequest('no namespace on request');
        const rules = index.rulesFor(identity, review.spec.namespace);
        const resourceRules = rules.filter(({ nonResourceURLs }) => !nonResourceURLs?.length);
        const nonResourceRules = rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length);
        return { ...review, status: { resourceRules, nonResourceRules, incomplete: false } };
      },
    }),
    ...openshiftReviewResources(index),
  ];
}

/** A question without a spec is one with an empty spec, as in Kubernetes. */
function withSpec<T extends { spec: object }>(review: T): T {
  return { ...review, spec: (review as Partial<T>).spec ?? {} };
}

/** Whose question it is: reviews carry managed fields although they are never stored. */
function noteFields(review: AccessReview, { fieldManager, schema }: RequestContext): void {
  delete review.status;
  if (!schema) return;
  const { name, library } = schema;
  updateManagedFields({
    next: review,
    manager: fieldManager,
    apiVersion: review.apiVersion,
    operation: 'Update',
    now: new Date(),
    schema: name,
    schemas: library,
  });
}

async function reviewToken(
  token: string,
  audiences: string[] | undefined,
  tokens: TokenReviewer,
): Promise<TokenReview['status']> {
  const reviewed = await tokens.review(token, audiences);
  if (!reviewed) return { user: {}, error: 'invalid bearer token' };
  return { authenticated: true, user: userInfoOf(reviewed.identity), audiences: reviewed.audiences };
}
