import {
  createdAtColumn,
  nameColumn,
  type RequestContext,
  type ResourceDefinition,
  type SubresourceDefinition,
} from '@faktorz/apimachinery';
import { passwordSchemas } from '../password/password.subresource.js';
import { textColumn } from '../schema/columns.js';
import { storedDefinition, storedHandlers } from '../schema/stored-definition.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { GROUP_SCHEMA, USER_SCHEMA, userSchemas } from './user.schema.js';
import { USER_GROUP, userNameProblems, validateGroup, validateUser, type Group, type User } from './user.js';

const ME = '~';

/** user.openshift.io/v1 users (and `users/~`, the caller) and groups. */
export function userResources({ users, groups }: AuthStorages, password: SubresourceDefinition): ResourceDefinition[] {
  const user = {
    group: USER_GROUP,
    plural: 'users',
    singular: 'user',
    kind: 'User',
    namespaced: false,
    storage: users,
    strategy: { validate: validateUser, validateName: userNameProblems, decorate: showEmptyLists },
  };
  const stored = storedHandlers<User>(user);
  return [
    storedDefinition<User>({
      ...user,
      schema: USER_SCHEMA,
      schemas: { ...userSchemas, ...passwordSchemas },
      subresources: [password] as unknown as ResourceDefinition<User>['subresources'],
      columns: [
        nameColumn,
        textColumn('UID', 'Unique id of the user.', ({ metadata }) => metadata.uid ?? ''),
        textColumn('Full Name', 'Name for people.', ({ fullName }) => fullName ?? ''),
        textColumn('Identities', 'Logins that belong to the user.', ({ identities }) => (identities ?? []).join(', ')),
      ],
      handlers: { get: (context) => (context.name === ME ? callerOf(context, users) : stored.get(context)) },
    }),
    storedDefinition<Group>({
      group: USER_GROUP,
      plural: 'groups',
      singular: 'group',
      kind: 'Group',
      namespaced: false,
      schema: GROUP_SCHEMA,
      schemas: userSchemas,
      storage: groups,
      strategy: { validate: validateGroup, validateName: userNameProblems },
      columns: [
        nameColumn,
        textColumn('Users', 'Users in the group.', (group) => (group.users ?? []).join(', ')),
        createdAtColumn,
      ],
    }),
  ];
}

/** Who the caller is: the stored user, or what the credential says of one that is not kept here. */
async function callerOf({ identity }: RequestContext, users: AuthStorages['users']): Promise<User> {
  const stored = await users.get({ name: identity.user });
  if (stored && stored.metadata.uid === identity.uid) {
    showEmptyLists(stored);
    return stored;
  }
  return {
    kind: 'User',
    apiVersion: `${USER_GROUP}/v1`,
    metadata: { name: identity.user, ...(identity.uid && { uid: identity.uid }) },
    identities: null,
    groups: identity.groups,
  };
}

function showEmptyLists(user: User): void {
  user.identities ??= null;
  user.groups ??= null;
}
