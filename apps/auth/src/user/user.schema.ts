import type { SchemaLibrary } from '@faktorz/apimachinery';
import { kindSchemas, orNull, text, texts } from '../schema/schema-words.js';

const NAME = 'com.github.openshift.api.user.v1';
export const USER_SCHEMA = `${NAME}.User`;
export const GROUP_SCHEMA = `${NAME}.Group`;

export const userSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: USER_SCHEMA,
    group: 'user.openshift.io',
    kind: 'User',
    description: 'Somebody who may log in.',
    properties: {
      fullName: text('Name for people.'),
      identities: orNull(texts('Logins at identity providers that belong to the user.')),
      groups: orNull(texts('Groups the user is in, beside those that list the user.')),
    },
  }),
  ...kindSchemas({
    name: GROUP_SCHEMA,
    group: 'user.openshift.io',
    kind: 'Group',
    description: 'A named set of users, to whom roles can be granted together.',
    properties: { users: orNull(texts('Names of its users.')) },
  }),
};
