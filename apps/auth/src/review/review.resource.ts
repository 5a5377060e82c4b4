import {
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
    const attributes = attributesOf(review.spec);
    if (!attributes) throw invalid(review.kind, AUTHORIZATION_GROUP, '', [missingAttributes]);
    const { allowed, reason, evaluationError } = index.decide(identity, attributes);
    return { ...review, status: { allowed, ...(reason && { reason }), ...(evaluationError && { evaluationError }) } };
  };
  const accessReview = (
    kind: string,
    of: (review: AccessReview, context: RequestContext) => Identity,
    namespaced = false,
  ): ResourceDefinition =>
    reviewDefinition<AccessReview>({
      group: AUTHORIZATION_GROUP,
      kind,
      namespaced,
      schema: authorizationSchemaName(kind),
      schemas: authorizationSchemas,
      create: async (sent, context) => {
        const review = withSpec(sent);
        noteFields(review, context);
        return decide(review, of(review, context));
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
        return { ...review, status: await reviewToken(review, tokens) };
      },
    }),
    accessReview('SelfSubjectAccessReview', (_review, { identity }) => identity),
    accessReview('SubjectAccessReview', subjectOfReview),
    accessReview('LocalSubjectAccessReview', localSubject, true),
    reviewDefinition<RulesReview>({
      group: AUTHORIZATION_GROUP,
      kind: 'SelfSubjectRulesReview',
      schema: authorizationSchemaName('SelfSubjectRulesReview'),
      schemas: authorizationSchemas,
      create: async (sent, { identity }) => {
        const review = withSpec(sent);
        const rules = index.rulesFor(identity, review.spec.namespace ?? '');
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

const missingAttributes: FieldError = {
  field: 'spec.resourceAttributes',
  type: 'Invalid',
  value: null,
  detail: 'exactly one of nonResourceAttributes or resourceAttributes must be specified',
};

function subjectOfReview(review: AccessReview): Identity {
  if (!review.spec.user && !review.spec.groups?.length) {
    const error: FieldError = {
      field: 'spec.user',
      type: 'Invalid',
      value: '',
      detail: 'at least one of user or group must be specified',
    };
    throw invalid(review.kind, AUTHORIZATION_GROUP, '', [error]);
  }
  return subjectOf(review.spec);
}

function localSubject(review: AccessReview, { namespace = '' }: RequestContext): Identity {
  if (review.spec.resourceAttributes?.namespace !== namespace) {
    const value = review.spec.resourceAttributes?.namespace ?? '';
    const error: FieldError = {
      field: 'spec.resourceAttributes.namespace',
      type: 'Invalid',
      value,
      detail: 'must match metadata.namespace',
    };
    throw invalid(review.kind, AUTHORIZATION_GROUP, '', [error]);
  }
  return subjectOfReview(review);
}

async function reviewToken({ spec }: TokenReview, tokens: TokenReviewer): Promise<TokenReview['status']> {
  const reviewed = spec?.token ? await tokens.review(spec.token, spec.audiences) : undefined;
  if (!reviewed) return {};
  const { identity, audiences } = reviewed;
  return { authenticated: true, user: userInfoOf(identity), audiences };
}
