import { ANONYMOUS } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import type { AccessAttributes, Identity } from '@faktorz/domain';
import type { IncomingMessage } from 'node:http';
import type { Authorizer } from './authorizer.js';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Who the caller asks to be instead (`kubectl --as`), in the order in which the headers came. */
interface Wish {
  user: string | undefined;
  groups: string[];
  /** Headers that ask for more than this API knows. */
  others: string[];
}

/**
 * The identity to act with: the caller's own, or the one named by `Impersonate-` headers if the caller may use it.
 * Throws `Forbidden` where not, `BadRequest` for headers that make no sense.
 */
export async function impersonated(
  caller: Identity,
  request: IncomingMessage,
  authorizer: Authorizer,
): Promise<Identity> {
  const wish = wishOf(request.rawHeaders);
  if (wish === undefined) return caller;
  if (wish.others.length > 0) throw new ApiError('BadRequest', `header ${wish.others[0]!} is not supported`);
  if (!wish.user)
    throw new ApiError('BadRequest', 'requested groups without impersonating a user: Impersonate-User is missing');
  const account = SERVICE_ACCOUNT.exec(wish.user);
  if (account)
    await mayImpersonate(
      caller,
      { resource: 'serviceaccounts', namespace: account[1]!, name: account[2]! },
      authorizer,
    );
  else await mayImpersonate(caller, { resource: 'users', namespace: '', name: wish.user }, authorizer);
  for (const group of wish.groups)
    await mayImpersonate(caller, { resource: 'groups', namespace: '', name: group }, authorizer);
  // What the caller's token does not reach, it reaches as nobody else either.
  return { user: wish.user, groups: groupsOf(wish, account?.[1]), ...(caller.scopes && { scopes: caller.scopes }) };
}

function wishOf(rawHeaders: readonly string[]): Wish | undefined {
  const wish: Wish = { user: undefined, groups: [], others: [] };
  let found = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length < 12 || name.slice(0, 12).toLowerCase() !== 'impersonate-') continue;
    found = true;
    const [what, value] = [name.slice(12).toLowerCase(), rawHeaders[i + 1]!];
    if (what === 'user' && wish.user === undefined) wish.user = value;
    else if (what === 'group') wish.groups.push(value);
    else wish.others.push(name);
  }
  return found ? wish : undefined;
}

async function mayImpersonate(
  caller: Identity,
  what: { resource: string; namespace: string; name: string },
  authorizer: Authorizer,
): Promise<void> {
  const attributes: AccessAttributes = { verb: 'impersonate', group: '', subresource: '', ...what };
  const { allowed, reason } = await authorizer.decide(caller, attributes);
  if (allowed) return;
  const where = what.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(what.namespace)}`;
  const because = reason === '' ? '' : `: ${reason}`;
  throw new ApiError(
    'Forbidden',
    `${what.resource} ${JSON.stringify(what.name)} is forbidden: User ${JSON.stringify(caller.user)} cannot impersonate resource ${JSON.stringify(what.resource)} in API group "" ${where}${because}`,
    { name: what.name, kind: what.resource },
  );
}

function groupsOf({ user, groups }: Wish, accountNamespace: string | undefined): string[] {
  if (user === ANONYMOUS.user) return groups.length > 0 ? groups : ANONYMOUS.groups;
  const named =
    accountNamespace !== undefined && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${accountNamespace}`]
      : groups;
  return named.includes('system:authenticated') ? named : [...named, 'system:authenticated'];
}
