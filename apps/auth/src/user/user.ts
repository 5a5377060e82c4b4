import type { FieldError, KubeObject } from '@faktorz/apimachinery';

export const USER_GROUP = 'user.openshift.io';

export interface User extends KubeObject {
  fullName?: string;
  identities: string[] | null;
  groups: string[] | null;
}

/** A named set of users. */
export interface Group extends KubeObject {
  users: string[] | null;
}

/** Groups of every user who came with a token of ours. */
export const TOKEN_GROUPS: readonly string[] = ['system:authenticated:oauth', 'system:authenticated'];

/** Names that mean something to the system cannot be given to people. */
export function userNameProblems(name: string): string[] {
  if (name === '' || name === '.' || name === '..' || name === '~') return [`may not be ${JSON.stringify(name)}`];
  if (/[/%:]/.test(name)) return ['may not contain "/", "%" or ":"'];
  return name.length > 253 ? ['must be no more than 253 characters'] : [];
}

export function validateUser(user: User): FieldError[] {
  const groups = user.groups ?? [];
  return groups.flatMap((group, index): FieldError[] =>
    group.startsWith('system:')
      ? [
          {
            field: `groups[${index}]`,
            type: 'Invalid',
            value: group,
            detail: 'groups of the system cannot be given to users',
          },
        ]
      : [],
  );
}

export function validateGroup(group: Group): FieldError[] {
  return (group.users ?? []).flatMap((user, index): FieldError[] =>
    userNameProblems(user).map((detail) => ({ field: `users[${index}]`, type: 'Invalid', value: user, detail })),
  );
}
