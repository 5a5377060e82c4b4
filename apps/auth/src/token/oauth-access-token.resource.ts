import {
  forbidden,
  nameColumn,
  notFound,
  type KubeObject,
  type ListPage,
  type RequestContext,
  type ResourceDefinition,
} from '@faktorz/apimachinery';
import type { AccessIndex } from '../access/access-index.js';
import { asked } from '../access/access-of.js';
import { ageColumn, textColumn } from '../schema/columns.js';
import { kindSchemas, int64, text, texts } from '../schema/schema-words.js';
import { storedHandlers, virtualDefinition } from '../schema/stored-definition.js';
import type { AuthStorages } from '../storage/auth-storages.js';
import { FULL_SCOPE } from '../access/token-scopes.js';
import { AUTH_GROUP, type UserToken } from './user-token.js';

const OAUTH_GROUP = 'oauth.openshift.io';
const PLURAL = 'oauthaccesstokens';
const SCHEMA = 'com.github.openshift.api.oauth.v1.OAuthAccessToken';

interface OAuthAccessToken extends KubeObject {
  clientName?: string;
  expiresIn?: number;
  scopes?: string[];
  userName?: string;
  userUID?: string;
}

/** oauth.openshift.io/v1 oauthaccesstokens: user tokens as OpenShift shows them. `oc logout` deletes its own. */
export function oauthAccessTokenResource({ userTokens }: AuthStorages, index: AccessIndex): ResourceDefinition {
  const stored = storedHandlers<UserToken>({
    group: AUTH_GROUP,
    plural: 'usertokens',
    kind: 'UserToken',
    namespaced: false,
    storage: userTokens,
    strategy: {},
  });
  return virtualDefinition<OAuthAccessToken>({
    group: OAUTH_GROUP,
    kind: 'OAuthAccessToken',
    plural: PLURAL,
    singular: 'oauthaccesstoken',
    namespaced: false,
    schema: SCHEMA,
    schemas: kindSchemas({
      name: SCHEMA,
      group: OAUTH_GROUP,
      kind: 'OAuthAccessToken',
      description: 'A bearer token of a user, by its hash.',
      properties: {
        clientName: text('What the token was made for.'),
        expiresIn: int64('Seconds from its making to its end; 0 is never.'),
        scopes: texts('What it may be used for.'),
        userName: text('Whose it is.'),
        userUID: text('Uid of the user.'),
      },
    }),
    columns: [nameColumn, textColumn('User Name', 'Whose it is.', ({ userName }) => userName ?? ''), ageColumn],
    handlers: {
      get: async (context) => shownToken(await found(userTokens, context)),
      list: async (query, context) => shownPage(await stored.list(query, context)),
      delete: async (options, context) => {
        const token = await found(userTokens, context);
        mayRevoke(token, context, index);
        return shownToken((await stored.delete(options, context)) as UserToken);
      },
    },
  });
}

async function found(userTokens: AuthStorages['userTokens'], { name = '' }: RequestContext): Promise<UserToken> {
  const token = await userTokens.get({ name });
  if (!token) throw notFound(PLURAL, OAUTH_GROUP, name);
  return token;
}

/** Everybody may end his own tokens; those of others only who may delete user tokens. */
function mayRevoke({ spec, metadata }: UserToken, { identity }: RequestContext, index: AccessIndex): void {
  if (spec.user === identity.user) return;
  const question = asked({ verb: 'delete', group: AUTH_GROUP, resource: 'usertokens', name: metadata.name });
  if (!index.decide(identity, question).allowed) {
    throw forbidden(
      PLURAL,
      OAUTH_GROUP,
      metadata.name,
      `User ${JSON.stringify(identity.user)} can delete only his own tokens`,
    );
  }
}

function shownToken({ metadata, spec, status }: UserToken): OAuthAccessToken {
  return {
    kind: 'OAuthAccessToken',
    apiVersion: `${OAUTH_GROUP}/v1`,
    metadata,
    clientName: spec.clientName ?? 'faktorz',
    expiresIn: spec.expiresInSeconds ?? 0,
    scopes: spec.scopes ?? [FULL_SCOPE],
    userName: spec.user,
    userUID: status.userUID,
  };
}

function shownPage(page: ListPage<UserToken>): ListPage<OAuthAccessToken> {
  return { position: page.position, items: shownItems(page.items), rest: () => page.rest() };
}

async function* shownItems(tokens: AsyncIterable<UserToken>): AsyncGenerator<OAuthAccessToken> {
  for await (const token of tokens) yield shownToken(token);
}
