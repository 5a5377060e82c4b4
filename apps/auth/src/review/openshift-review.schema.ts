import type { SchemaLibrary } from '@faktorz/apimachinery';
import { anyObject, flag, kindSchemas, listOf, object, part, text, texts } from '../schema/schema-words.js';
import { OPENSHIFT_AUTHORIZATION_GROUP } from './review.js';

const OPENSHIFT = 'com.github.openshift.api.authorization.v1';

export const openshiftReviewSchemaName = (kind: string): string => `${OPENSHIFT}.${kind}`;

const kind = (name: string, description: string, properties: Parameters<typeof kindSchemas>[0]['properties']) =>
  kindSchemas({
    name: openshiftReviewSchemaName(name),
    group: OPENSHIFT_AUTHORIZATION_GROUP,
    kind: name,
    description,
    properties,
  });

const action = {
  namespace: text('Namespace; empty is all, or none for cluster-wide resources.'),
  verb: text('What is to be done.'),
  resourceAPIGroup: text('API group of the resource.'),
  resourceAPIVersion: text('API version of the resource.'),
  resource: text('The resource.'),
  resourceName: text('Name of the object.'),
  path: text('The path of a request that names no resource.'),
  isNonResourceURL: flag('True if path is asked about.'),
  content: anyObject('The object to be written.'),
};
const subject = {
  user: text('The user asked about; empty is the caller.'),
  groups: texts('Groups of the user.'),
  scopes: texts('Scopes of the token to be counted in.'),
};
const rulesStatus = part(openshiftReviewSchemaName('SubjectRulesReviewStatus'), 'The answer.');

export const openshiftReviewSchemas: SchemaLibrary = {
  ...kind('SubjectAccessReview', 'Asks whether a user, or the caller, may do something.', { ...action, ...subject }),
  ...kind('LocalSubjectAccessReview', 'Asks whether a user, or the caller, may do something in one namespace.', {
    ...action,
    ...subject,
  }),
  ...kind('ResourceAccessReview', 'Asks who may do something.', action),
  ...kind('LocalResourceAccessReview', 'Asks who may do something in one namespace.', action),
  ...kind('SubjectRulesReview', 'Asks what a user may do in a namespace.', {
    spec: part(openshiftReviewSchemaName('SubjectRulesReviewSpec'), 'The question.'),
    status: rulesStatus,
  }),
  ...kind('SelfSubjectRulesReview', 'Asks what the caller may do in a namespace.', {
    spec: part(openshiftReviewSchemaName('SelfSubjectRulesReviewSpec'), 'The question.'),
    status: rulesStatus,
  }),
  [openshiftReviewSchemaName('SubjectRulesReviewSpec')]: object('Who is asked about.', subject),
  [openshiftReviewSchemaName('SelfSubjectRulesReviewSpec')]: object('How the caller is asked about.', {
    scopes: subject.scopes,
  }),
  [openshiftReviewSchemaName('SubjectRulesReviewStatus')]: object(
    'What is allowed.',
    {
      rules: listOf(openshiftReviewSchemaName('PolicyRule'), 'Rules about resources and paths.'),
      evaluationError: text('What went wrong while deciding.'),
    },
    ['rules'],
  ),
  [openshiftReviewSchemaName('PolicyRule')]: object(
    'What may be done with which resources or paths.',
    {
      verbs: texts('Verbs.'),
      apiGroups: texts('API groups.'),
      resources: texts('Resources.'),
      resourceNames: texts('Names.'),
      nonResourceURLs: texts('Paths.'),
    },
    ['verbs', 'resources'],
  ),
};
