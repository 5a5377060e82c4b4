import { ApiError } from '@faktorz/apimachinery';
import { ChangeLog } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { randomInt, randomUUID } from 'node:crypto';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SECRET_TYPE, type Secret } from '../secret/secret.js';
import { PULL_SECRET_REF, TOKEN_ACCOUNT, TOKEN_BINDING } from '../service-account/pull-secret-annotations.js';
import type { ServiceAccount } from '../service-account/service-account.js';
import { ServiceAccountTokens } from '../service-account/service-account-tokens.js';
import { SigningKeyStore } from '../signing-key/signing-key.store.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { newMetadata, OWN_WRITES } from '../storage/new-object.js';
import { DOCKERCFG_KEY, dockercfgOf, factsOf, isUpToDate, renewAtMs } from './dockercfg.js';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const LONGEST_BASE = 58;
/** Where no registry is configured there is nothing to pull from; looked at again after a restart. */
const NEVER = new Date(8.64e15);

/** Sees to it that every service account has a pull secret for our registry whose token is good for a while yet. */
@Injectable()
export class PullSecretKeeper {
  private readonly addresses: readonly string[];

  constructor(
    private readonly storages: AuthStorages,
    private readonly log: ChangeLog,
    private readonly tokens: ServiceAccountTokens,
    private readonly keys: SigningKeyStore,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {
    const { FAKTORZ_REGISTRY_INTERNAL_HOST: internal, FAKTORZ_REGISTRY_PUBLIC_HOST: outside } = config;
    this.addresses = [...new Set([internal, outside].filter((host): host is string => !!host))];
  }

  /** Makes, renews or repairs; says when to look again. Undefined when the account is gone. */
  async keep(namespace: string, name: string): Promise<Date | undefined> {
    const account = await this.storages.serviceAccounts.get({ namespace, name });
    if (!account || account.metadata.deletionTimestamp) return undefined;
    if (this.addresses.length === 0) return NEVER;
    const known = account.metadata.annotations?.[PULL_SECRET_REF];
    const secret = known ? await this.storages.secrets.get({ namespace, name: known }) : undefined;
    if (!secret || !isOurs(secret, account)) return this.make(account, known);
    return this.renew(account, secret);
  }

  /** Secret and reference come into being together, or not at all: there is never a second one. */
  private async make(account: ServiceAccount, lost: string | undefined): Promise<Date> {
    const { name, namespace = '', uid } = account.metadata;
    const metadata = newMetadata({
      name: `${`${name}-dockercfg`.slice(0, LONGEST_BASE)}-${suffix()}`,
      namespace,
      uid: randomUUID(),
      annotations: { [TOKEN_ACCOUNT]: name, [TOKEN_BINDING]: 'bound' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'ServiceAccount', name, uid: uid!, blockOwnerDeletion: false }],
    });
    const { data, lookAgain } = await this.content(account, metadata.name, metadata.uid!);
    const secret: Secret = { kind: 'Secret', apiVersion: 'v1', metadata, type: SECRET_TYPE.dockerCfg, data };
    await this.log.transaction(async (tx) => {
      await this.storages.secrets.createIn(tx, secret, OWN_WRITES);
      await this.storages.serviceAccounts.updateIn(tx, withPullSecret(account, metadata.name, lost), OWN_WRITES);
    });
    return lookAgain;
  }

  private async renew(account: ServiceAccount, secret: Secret): Promise<Date> {
    const { metadata } = secret;
    const facts = factsOf(secret);
    const { kid } = await this.keys.current();
    const wanted = { addresses: this.addresses, kid, uid: metadata.uid!, nowMs: Date.now() };
    let lookAgain: Date;
    if (facts && isUpToDate(facts, wanted)) lookAgain = new Date(renewAtMs(facts));
    else {
      const content = await this.content(account, metadata.name, metadata.uid!);
      if (!secret.immutable) await this.storages.secrets.update({ ...secret, data: content.data }, OWN_WRITES);
      lookAgain = content.lookAgain;
    }
    const updated = withPullSecret(account, metadata.name, undefined);
    await this.storages.serviceAccounts.update(updated, OWN_WRITES);
    return lookAgain;
  }

  private async content(
    account: ServiceAccount,
    secretName: string,
    secretUid: string,
  ): Promise<{ data: Record<string, string>; lookAgain: Date }> {
    const life = Math.min(this.config.FAKTORZ_AUTH_PULL_TOKEN_SECONDS, this.config.FAKTORZ_AUTH_LONGEST_TOKEN_SECONDS);
    const bound = { kind: 'Secret', name: secretName, uid: secretUid } as const;
    const { token, expiresAt } = await this.tokens.issue(account, [this.tokens.defaultAudience], life, bound);
    const times = { issuedAtMs: Date.now(), expiresAtMs: expiresAt.getTime() };
    return { data: { [DOCKERCFG_KEY]: dockercfgOf(this.addresses, token) }, lookAgain: new Date(renewAtMs(times)) };
  }
}

/** The namespace is going: nothing is made in it any more. */
export function isTooLate(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'Forbidden';
}

/** Errors that mean: somebody else was faster, look again. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && ['Conflict', 'AlreadyExists', 'NotFound'].includes(error.reason ?? '');
}

function isOurs({ metadata, type }: Secret, account: ServiceAccount): boolean {
  const isOwned = metadata.ownerReferences?.some(({ uid }) => uid === account.metadata.uid) === true;
  return isOwned && type === SECRET_TYPE.dockerCfg && metadata.annotations?.[TOKEN_ACCOUNT] === account.metadata.name;
}

/** The account with the secret in both of its lists; what it names beside stays, but for the one that is lost. */
function withPullSecret(account: ServiceAccount, name: string, lost: string | undefined): ServiceAccount {
  const linked = <T extends { name?: string }>(list: readonly T[] = []): (T | { name: string })[] => {
    const kept = list.filter((entry) => entry.name !== lost || lost === name);
    return kept.some((entry) => entry.name === name) ? kept : [...kept, { name }];
  };
  return {
    ...account,
    metadata: {
      ...account.metadata,
      annotations: { ...account.metadata.annotations, [PULL_SECRET_REF]: name },
    },
    secrets: linked(account.secrets),
    imagePullSecrets: linked(account.imagePullSecrets),
  };
}

function suffix(): string {
  return Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
