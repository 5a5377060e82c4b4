import {
  ApiError,
  forbidden,
  invalid,
  notFound,
  type HandlerAnswer,
  type KubeObject,
  type RequestContext,
  type SchemaLibrary,
  type SubresourceDefinition,
} from '@faktorz/apimachinery';
import { LoginThrottle, type Tried } from '../login/login-throttle.js';
import { kindSchemas, object, part, text } from '../schema/schema-words.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { AUTH_GROUP } from '../token/user-token.js';
import { USER_GROUP, type User } from '../user/user.js';
import { hashPassword, passwordProblem, verifyPassword } from './password-hash.js';
import { PasswordChange } from './password-change.js';
import { PasswordStore } from './password.store.js';

/** `users/~` is the caller. */
const ME = '~';
const SCHEMA = 'io.faktorz.auth.v1.UserPassword';

/** A password on its way in. It is never given out. */
interface UserPassword extends KubeObject {
  spec?: { password?: string; currentPassword?: string };
}

export const passwordSchemas: SchemaLibrary = {
  ...kindSchemas({
    name: SCHEMA,
    group: AUTH_GROUP,
    kind: 'UserPassword',
    description: 'A new password of a user. It can be written only.',
    required: ['spec'],
    properties: { spec: part('io.faktorz.auth.v1.UserPasswordSpec', 'The passwords.') },
  }),
  'io.faktorz.auth.v1.UserPasswordSpec': object(
    'The passwords.',
    {
      password: text('The new password.'),
      currentPassword: text('The password so far; needed when users change their own.'),
    },
    ['password'],
  ),
};

/**
 * POST users/NAME/password sets anybody's password, for those who may; POST users/~/password the caller's own, with the
 * one so far. Either ends the user's logins.
 */
export function passwordSubresource(
  { users }: AuthStorages,
  passwords: PasswordStore,
  changes: PasswordChange,
  throttle: LoginThrottle,
): SubresourceDefinition {
  const own = async (identity: RequestContext['identity'], current: string | undefined): Promise<User> => {
    const user = await users.get({ name: identity.user });
    if (!user || user.metadata.uid !== identity.uid)
      throw forbidden('users', USER_GROUP, identity.user, 'only users who are kept here have a password');
    const tried: Tried[] = [{ what: 'user', value: identity.user }];
    const wait = await throttle.begin(tried);
    if (wait > 0)
      throw new ApiError('TooManyRequests', `too many failed tries; wait ${wait} s`, { retryAfterSeconds: wait });
    if (!(await verifyPassword(await passwords.hashOf(user.metadata.uid!), current ?? '')))
      throw forbidden('users', USER_GROUP, identity.user, 'the current password is not right');
    await throttle.succeeded(tried);
    return user;
  };
  const of = async (name: string): Promise<User> => {
    const user = await users.get({ name });
    if (!user) throw notFound('users', USER_GROUP, name);
    return user;
  };
  return {
    name: 'password',
    kind: 'UserPassword',
    group: AUTH_GROUP,
    schema: SCHEMA,
    handlers: {
      create: async (object: KubeObject, context: RequestContext): Promise<HandlerAnswer> => {
        const { spec = {} } = object as UserPassword;
        const { name = '', identity } = context;
        const user = name === ME ? await own(identity, spec.currentPassword) : await of(name);
        const problem = passwordProblem(spec.password, user.metadata.name);
        if (problem !== undefined)
          throw invalid('UserPassword', AUTH_GROUP, user.metadata.name, [
            { field: 'spec.password', type: 'Invalid', value: '<redacted>', detail: problem },
          ]);
        if (!context.dryRun) await changes.change(user, await hashPassword(spec.password!));
        return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
      },
    },
  };
}
