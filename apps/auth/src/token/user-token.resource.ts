import { type RequestContext, type ResourceDefinition, type StoredResourceStrategy } from '@faktorz/apimachinery';
import { ageColumn, textColumn } from '../schema/columns.js';
import { storedDefinition, storedHandlers } from '../schema/stored-definition.js';
import { nowInSeconds } from '../storage/new-object.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { accessTokenName, newAccessToken } from './access-token.js';
import { USER_TOKEN_SCHEMA, userTokenSchemas } from './user-token.schema.js';
import { AUTH_GROUP, validateUserToken, type UserToken } from './user-token.js';

/** auth.faktorz.io/v1 usertokens: bearer tokens of users. Deleting one revokes it. */
export function userTokenResource({ userTokens, users }: AuthStorages): ResourceDefinition {
  const strategy: StoredResourceStrategy<UserToken> = {
    prepareForCreate: async (token) => {
      const user = token.spec?.user ? await users.get({ name: token.spec.user }) : undefined;
      const life = token.spec?.expiresInSeconds;
      token.status = {
        userUID: user?.metadata.uid ?? '',
        ...(life && { expiresAt: nowInSeconds(new Date(Date.now() + life * 1000)) }),
      };
    },
    validate: (token) => {
      const errors = validateUserToken(token);
      if (errors.length > 0 || token.status.userUID !== '') return errors;
      return [{ field: 'spec.user', type: 'NotFound', value: token.spec.user, detail: '' }];
    },
    validateName: () => [],
    tracksFields: false,
  };
  const about = {
    group: AUTH_GROUP,
    plural: 'usertokens',
    singular: 'usertoken',
    kind: 'UserToken',
    namespaced: false,
    storage: userTokens,
    strategy,
  };
  const { create } = storedHandlers<UserToken>(about);
  return storedDefinition<UserToken>({
    ...about,
    schema: USER_TOKEN_SCHEMA,
    schemas: userTokenSchemas,
    columns: [
      {
        name: 'Name',
        type: 'string',
        format: 'name',
        description: 'Hash of the token.',
        cell: ({ metadata }) => metadata.name,
      },
      textColumn('User', 'Whose token it is.', ({ spec }) => spec.user),
      textColumn('Expires', 'When it ends.', ({ status }) => status.expiresAt ?? 'never'),
      ageColumn,
    ],
    handlers: {
      update: undefined, // a token is never changed, only revoked
      create: async (token: UserToken, context: RequestContext) => {
        const secret = newAccessToken();
        token.metadata.name = accessTokenName(secret)!;
        delete token.metadata.generateName;
        const created = (await create(token, context)) as UserToken;
        return context.dryRun ? created : { ...created, status: { ...created.status, token: secret } };
      },
    },
  });
}
