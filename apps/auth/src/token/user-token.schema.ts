import type { SchemaLibrary } from '@faktorz/apimachinery';
import { int64, kindSchemas, object, part, text, texts, time } from '../schema/schema-words.js';

export const USER_TOKEN_SCHEMA = 'io.faktorz.auth.v1.UserToken';

export const userTokenSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: USER_TOKEN_SCHEMA,
    group: 'auth.faktorz.io',
    kind: 'UserToken',
    description:
      'A bearer token of a user. The token is shown once, when it is made; only its hash is kept, as its name.',
    required: ['spec'],
    properties: {
      spec: part('io.faktorz.auth.v1.UserTokenSpec', 'Whose token it is, and for how long.'),
      status: part('io.faktorz.auth.v1.UserTokenStatus', 'What the server made of it.'),
    },
  }),
  'io.faktorz.auth.v1.UserTokenSpec': object(
    'Whose token it is, and for how long.',
    {
      user: text('Name of the user.'),
      expiresInSeconds: int64('How long the token is good; if absent, until it is deleted.'),
      scopes: texts('What the token may be used for.'),
      description: text('What the token is for, for people.'),
      clientName: text('OAuth client that asked for it.'),
    },
    ['user'],
  ),
  'io.faktorz.auth.v1.UserTokenStatus': object('What the server made of it.', {
    token: text('The token, only in the answer to its creation.'),
    userUID: text('Uid of the user; a later user of the same name does not get the token.'),
    expiresAt: time('When it ends.'),
  }),
};
