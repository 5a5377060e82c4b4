import type { SchemaLibrary } from '@faktorz/apimachinery';
import {
  anyObject,
  flag,
  kindSchemas,
  listOf,
  mapOf,
  object,
  optionalPart,
  part,
  text,
  texts,
} from '../schema/schema-words.js';
import { AUTHENTICATION_GROUP, AUTHORIZATION_GROUP } from './review.js';

const AUTHN = 'io.k8s.api.authentication.v1';
const AUTHZ = 'io.k8s.api.authorization.v1';
const extra = mapOf({ type: 'array', items: { type: 'string' } }, 'Further facts about the user.');

export const authenticationSchemaName = (kind: string): string => `${AUTHN}.${kind}`;
export const authorizationSchemaName = (kind: string): string => `${AUTHZ}.${kind}`;

export const authenticationSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: `${AUTHN}.SelfSubjectReview`,
    group: AUTHENTICATION_GROUP,
    kind: 'SelfSubjectReview',
    description: 'Asks who the caller is.',
    properties: { status: part(`${AUTHN}.SelfSubjectReviewStatus`, 'The answer.') },
  }),
  [`${AUTHN}.SelfSubjectReviewStatus`]: object('Who the caller is.', {
    userInfo: part(`${AUTHN}.UserInfo`, 'The caller.'),
  }),
  ...kindSchemas({
    name: `${AUTHN}.TokenReview`,
    group: AUTHENTICATION_GROUP,
    kind: 'TokenReview',
    description: 'Asks whose token this is.',
    required: ['spec'],
    properties: {
      spec: part(`${AUTHN}.TokenReviewSpec`, 'The question.'),
      status: part(`${AUTHN}.TokenReviewStatus`, 'The answer.'),
    },
  }),
  [`${AUTHN}.TokenReviewSpec`]: object('A token to be looked at.', {
    token: text('The bearer token.'),
    audiences: texts('Whom the token must be meant for.'),
  }),
  [`${AUTHN}.TokenReviewStatus`]: object('Whose token it is.', {
    authenticated: flag('Whether the token is good.'),
    user: part(`${AUTHN}.UserInfo`, 'Whose it is.'),
    audiences: texts('Whom it is meant for, of those asked for.'),
    error: text('Why it could not be looked at.'),
  }),
  [`${AUTHN}.UserInfo`]: object('A user.', {
    username: text('Name of the user.'),
    uid: text('Unique id of the user.'),
    groups: texts('Groups of the user.'),
    extra,
  }),
};

const subject = {
  user: text('The user asked about.'),
  groups: texts('Groups of the user.'),
  uid: text('Uid of the user.'),
  extra,
};
const what = {
  resourceAttributes: optionalPart(`${AUTHZ}.ResourceAttributes`, 'What is to be done with which resource.'),
  nonResourceAttributes: optionalPart(`${AUTHZ}.NonResourceAttributes`, 'What is to be done with which path.'),
};
const review = (
  kind: string,
  description: string,
  spec: string,
  status = `${AUTHZ}.SubjectAccessReviewStatus`,
): SchemaLibrary =>
  kindSchemas({
    name: `${AUTHZ}.${kind}`,
    group: AUTHORIZATION_GROUP,
    kind,
    description,
    required: ['spec'],
    properties: { spec: part(spec, 'The question.'), status: part(status, 'The answer.') },
  });

export const authorizationSchemas: SchemaLibrary = {
  ...review('SubjectAccessReview', 'Asks whether a user may do something.', `${AUTHZ}.SubjectAccessReviewSpec`),
  ...review(
    'LocalSubjectAccessReview',
    'Asks whether a user may do something in one namespace.',
    `${AUTHZ}.SubjectAccessReviewSpec`,
  ),
  ...review(
    'SelfSubjectAccessReview',
    'Asks whether the caller may do something.',
    `${AUTHZ}.SelfSubjectAccessReviewSpec`,
  ),
  ...review(
    'SelfSubjectRulesReview',
    'Asks what the caller may do in a namespace.',
    `${AUTHZ}.SelfSubjectRulesReviewSpec`,
    `${AUTHZ}.SubjectRulesReviewStatus`,
  ),
  [`${AUTHZ}.SubjectAccessReviewSpec`]: object('Who wants to do what.', { ...what, ...subject }),
  [`${AUTHZ}.SelfSubjectAccessReviewSpec`]: object('What the caller wants to do.', what),
  [`${AUTHZ}.SelfSubjectRulesReviewSpec`]: object('Where the caller wants to act.', {
    namespace: text('The namespace.'),
  }),
  [`${AUTHZ}.SubjectAccessReviewStatus`]: object(
    'Whether it is allowed.',
    {
      allowed: flag('True if it is allowed.'),
      denied: flag('True if nothing else may allow it.'),
      reason: text('Why.'),
      evaluationError: text('What went wrong while deciding.'),
    },
    ['allowed'],
  ),
  [`${AUTHZ}.SubjectRulesReviewStatus`]: object(
    'What is allowed.',
    {
      resourceRules: listOf(`${AUTHZ}.ResourceRule`, 'Rules about resources.'),
      nonResourceRules: listOf(`${AUTHZ}.NonResourceRule`, 'Rules about paths.'),
      incomplete: flag('True if there may be more.'),
      evaluationError: text('What went wrong while deciding.'),
    },
    ['resourceRules', 'nonResourceRules', 'incomplete'],
  ),
  [`${AUTHZ}.ResourceRule`]: object(
    'What may be done with which resources.',
    {
      verbs: texts('Verbs.'),
      apiGroups: texts('API groups.'),
      resources: texts('Resources.'),
      resourceNames: texts('Names.'),
    },
    ['verbs'],
  ),
  [`${AUTHZ}.NonResourceRule`]: object(
    'What may be done with which paths.',
    { verbs: texts('Verbs.'), nonResourceURLs: texts('Paths.') },
    ['verbs'],
  ),
  [`${AUTHZ}.ResourceAttributes`]: object('A request for a resource.', {
    namespace: text('Namespace; empty is all, or none for cluster-wide resources.'),
    verb: text('get, list, watch, create, update, patch, delete, …; "*" is every verb.'),
    group: text('API group; "*" is every group.'),
    version: text('API version.'),
    resource: text('Resource; "*" is every one.'),
    subresource: text('Subresource.'),
    name: text('Name of the object; empty is all.'),
    fieldSelector: anyObject('Limits by field.'),
    labelSelector: anyObject('Limits by label.'),
  }),
  [`${AUTHZ}.NonResourceAttributes`]: object('A request for a path.', {
    path: text('The path.'),
    verb: text('The verb, e.g. get.'),
  }),
};
