import { ANONYMOUS } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import type { IncomingMessage } from 'node:http';
import type { Authorizer } from './authorizer.js';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const AUTHENTICATION_GROUP = 'authentication.k8s.io';
const PREFIX = 'impersonate-';
const EXTRA = 'extra-';

/** Who the caller asks to be instead (`kubectl --as`), in the order in which the headers came. */
interface Wish {
  user?: string;
  uid?: string;
  groups: string[];
  /** Facts by their names in small letters, in pairs of name and value. */
  extra: [string, string][];
  /** Headers that ask for more than there is, or twice. */
  others: string[];
}

/** What a caller needs the verb `impersonate` on. */
interface Part {
  group?: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name: string;
}

/**
 * The identity to act with: the caller's own, or the one named by `Impersonate-` headers if the caller may use every
 * part of it. Throws `Forbidden` where not, `BadRequest` for headers that make no sense.
 */
export async function impersonated(
  caller: Identity,
  request: IncomingMessage,
  authorizer: Authorizer,
): Promise<Identity> {
  const wish = wishOf(request.rawHeaders);
  if (wish === undefined) return caller;
  if (wish.others.length > 0)
    throw new ApiError('BadRequest', `header ${wish.others[0]!} is not supported, or not twice`);
  const { user, uid, groups, extra } = wish;
  if (!user) throw new ApiError('BadRequest', 'nobody else is named to act as: Impersonate-User is missing');
  const account = SERVICE_ACCOUNT.exec(user);
  for (const part of partsOf(wish, user, account))
    await authorizer.authorize(caller, {
      ...{ group: '', subresource: '', namespace: '' },
      ...part,
      ...{ verb: 'impersonate', isResource: true, version: '', path: '' },
    });
  return {
    user,
    ...(uid && { uid }),
    groups: groupsOf(user, groups, account?.[1]),
    ...(extra.length > 0 && { extra: valuesByName(extra) }),
    // What the caller's token does not reach, it reaches as nobody else either.
    ...(caller.scopes && { scopes: caller.scopes }),
  };
}

function wishOf(rawHeaders: readonly string[]): Wish | undefined {
  const wish: Wish = { groups: [], extra: [], others: [] };
  let found = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length < PREFIX.length || name.slice(0, PREFIX.length).toLowerCase() !== PREFIX) continue;
    found = true;
    const what = name.slice(PREFIX.length).toLowerCase();
    const value = Buffer.from(rawHeaders[i + 1]!, 'latin1').toString('utf8'); // Node reads headers byte by byte
    if (what === 'user' && wish.user === undefined) wish.user = value;
    else if (what === 'uid' && wish.uid === undefined) wish.uid = value;
    else if (what === 'group') wish.groups.push(value);
    else if (what.startsWith(EXTRA) && what.length > EXTRA.length)
      wish.extra.push([decoded(what.slice(EXTRA.length)), value]);
    else wish.others.push(name);
  }
  return found ? wish : undefined;
}

/** Names of facts may hold letters that no header may; those come percent-encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function partsOf({ uid, groups, extra }: Wish, user: string, account: RegExpExecArray | null): Part[] {
  const group = AUTHENTICATION_GROUP;
  return [
    account
      ? { resource: 'serviceaccounts', namespace: account[1]!, name: account[2]! }
      : { resource: 'users', name: user },
    ...groups.map((name) => ({ resource: 'groups', name })),
    ...extra.map(([subresource, name]) => ({ group, resource: 'userextras', subresource, name })),
    ...(uid ? [{ group, resource: 'uids', name: uid }] : []),
  ];
}

function groupsOf(user: string, groups: string[], accountNamespace: string | undefined): string[] {
  if (user === ANONYMOUS.user) return groups.length > 0 ? groups : ANONYMOUS.groups;
  const named =
    accountNamespace !== undefined && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${accountNamespace}`]
      : groups;
  return named.includes('system:authenticated') ? named : [...named, 'system:authenticated'];
}

function valuesByName(pairs: readonly [string, string][]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}
