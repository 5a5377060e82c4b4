import { Database } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { SECRET_TYPE, SERVICE_ACCOUNT_NAME_ANNOTATION, type Secret } from '../secret/secret.js';
import type { ServiceAccount } from '../service-account/service-account.js';
import { ServiceAccountTokens } from '../service-account/service-account-tokens.js';
import { SigningKeyStore } from '../signing-key/signing-key.store.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { OWN_WRITES } from '../storage/new-object.js';
import { renewAtMs } from './dockercfg.js';
import { tokenFactsOf } from './token-facts.js';

const SERVICE_ACCOUNT_UID_ANNOTATION = 'kubernetes.io/service-account.uid';
const LAST_POSITION = '9223372036854775807';

/**
 * Fills the Secrets that users make for a token of a service account, as the token controller of Kubernetes does. Unlike
 * there the token ends, after the longest life there is: it is renewed in its Secret long before. It is bound to the
 * Secret, and so ends with it.
 */
@Injectable()
export class TokenSecretKeeper {
  constructor(
    private readonly database: Database,
    private readonly storages: AuthStorages,
    private readonly tokens: ServiceAccountTokens,
    private readonly keys: SigningKeyStore,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Fills, renews or removes those of one account; says when to look again. Undefined when there are none. */
  async keep(namespace: string, name: string): Promise<Date | undefined> {
    const secrets = await this.secretsOf(namespace, name);
    if (secrets.length === 0) return undefined;
    const account = await this.storages.serviceAccounts.get({ namespace, name });
    const times: number[] = [];
    for (const secret of secrets) {
      if (isOfAnother(secret, account)) await this.remove(secret);
      else if (account && !account.metadata.deletionTimestamp) times.push(await this.fill(account, secret));
    }
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  /** What is asked of an account stands in an annotation, which is sealed: the type alone can be looked for. */
  private async secretsOf(namespace: string, account: string): Promise<Secret[]> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT name FROM document_version WHERE resource = 'secrets' AND namespace = $1
        AND valid_to = ${LAST_POSITION} AND document->>'type' = $2`,
      [namespace, SECRET_TYPE.serviceAccountToken],
    );
    const secrets = await this.storages.secrets.getMany(
      namespace,
      rows.map(({ name }) => name),
    );
    return secrets.filter(({ metadata }) => metadata.annotations?.[SERVICE_ACCOUNT_NAME_ANNOTATION] === account);
  }

  private async fill(account: ServiceAccount, secret: Secret): Promise<number> {
    const { metadata } = secret;
    const { namespace = '', name } = metadata;
    const uid = metadata.uid!;
    const { kid } = await this.keys.current();
    const known = tokenFactsOf(decoded(secret, 'token'));
    const isGood = known?.kid === kid && known.boundTo === uid && known.account === account.metadata.uid;
    const ca = await this.authority();
    const isWhole = isGood && decoded(secret, 'namespace') === namespace && (!ca || decoded(secret, 'ca.crt') === ca);
    if (isWhole && Date.now() < renewAtMs(known)) return renewAtMs(known);
    const life = this.config.FAKTORZ_AUTH_LONGEST_TOKEN_SECONDS;
    const bound = { kind: 'Secret', name, uid } as const;
    const { token, expiresAt } = await this.tokens.issue(account, [this.tokens.defaultAudience], life, bound);
    const annotations = { ...metadata.annotations, [SERVICE_ACCOUNT_UID_ANNOTATION]: account.metadata.uid! };
    const data = {
      ...secret.data,
      token: encoded(token),
      namespace: encoded(namespace),
      ...(ca && { 'ca.crt': encoded(ca) }),
    };
    await this.storages.secrets.update({ ...secret, metadata: { ...metadata, annotations }, data }, OWN_WRITES);
    return renewAtMs({ issuedAtMs: Date.now(), expiresAtMs: expiresAt.getTime() });
  }

  private async remove({ metadata }: Secret): Promise<void> {
    const { namespace = '', name, resourceVersion = '' } = metadata;
    await this.storages.secrets.delete({ namespace, name }, resourceVersion, OWN_WRITES);
  }

  private async authority(): Promise<string | undefined> {
    const file = this.config.FAKTORZ_AUTH_API_CA_FILE;
    return file ? readFile(file, 'utf8') : undefined;
  }
}

/** It was filled for an account that is gone, even if another has its name now. One that was never filled waits. */
function isOfAnother({ metadata }: Secret, account: ServiceAccount | undefined): boolean {
  const uid = metadata.annotations?.[SERVICE_ACCOUNT_UID_ANNOTATION];
  return uid !== undefined && uid !== account?.metadata.uid;
}

function decoded({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
