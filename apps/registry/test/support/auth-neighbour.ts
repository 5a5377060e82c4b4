import {
  type AnswerOf,
  type AskOf,
  AccessChanged,
  type AuditRecord,
  type IdentityKey,
  type ImageLimits,
  ListAllowedNamespaces,
  ListIdentityKeys,
  ListPullSecrets,
  ReadImageLimits,
  ReadSecret,
  RecordAudit,
  RegisterIdentityKey,
  ReviewAccess,
  ReviewToken,
  type SecretContent,
} from '@faktorz/domain';
import { Answers, MessagingModule, Requests } from '@faktorz/messaging';
import { ChangeLog, PersistenceModule } from '@faktorz/persistence';
import {
  createService,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  type RunningService,
  serviceEnv,
} from '@faktorz/service-kit';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';

/** What the registry asks of auth, answered from lists a test fills. */
@Injectable()
export class AuthDesk {
  /** User by token. */
  readonly tokens = new Map<string, string>([['admins-token', 'admin']]);
  /** `user verb resource namespace`; the administrator may do everything. */
  readonly rights = new Set<string>();
  readonly secrets: SecretContent[] = [];
  readonly records: AuditRecord[] = [];
  private readonly limits = new Map<string, ImageLimits>();
  /** How often it was asked who holds a token, or who may do what. */
  asked = 0;
  private readonly keys = new Map<string, IdentityKey>();

  constructor(private readonly log: ChangeLog) {}

  /** Takes a right away and says so, as auth does. */
  async take(right: string): Promise<void> {
    this.rights.delete(right);
    await this.tell({ scope: 'binding', names: ['x'] });
  }

  /** Sets a namespace's limits and says so. */
  async limit(namespace: string, limits: ImageLimits): Promise<void> {
    this.limits.set(namespace, limits);
    await this.tell({ scope: 'namespace', names: [namespace], namespace });
  }

  private async tell(data: object): Promise<void> {
    await this.log.transaction(async (tx) => {
      tx.publish({ definition: AccessChanged, subject: 'x', namespace: '', stream: 'access', data } as never);
    });
  }

  @Answers(RegisterIdentityKey)
  register(key: AskOf<typeof RegisterIdentityKey>): AnswerOf<typeof RegisterIdentityKey> {
    this.keys.set(key.kid, { ...key, speaksForCallers: key.service === 'registry' });
    return {};
  }

  @Answers(ListIdentityKeys)
  listKeys(): AnswerOf<typeof ListIdentityKeys> {
    return { keys: [...this.keys.values()] };
  }

  @Answers(ReviewToken)
  reviewToken({ token }: AskOf<typeof ReviewToken>): AnswerOf<typeof ReviewToken> {
    this.asked += 1;
    const user = this.tokens.get(token);
    return user === undefined ? {} : { identity: { user, groups: ['system:authenticated'] } };
  }

  @Answers(ReviewAccess)
  reviewAccess({ identity, attributes }: AskOf<typeof ReviewAccess>): AnswerOf<typeof ReviewAccess> {
    this.asked += 1;
    const { verb, resource, subresource, namespace } = attributes;
    const what = subresource === '' ? resource : `${resource}/${subresource}`;
    const allowed = identity.user === 'admin' || this.rights.has(`${identity.user} ${verb} ${what} ${namespace}`);
    return { allowed, reason: '' };
  }

  @Answers(ListAllowedNamespaces)
  listNamespaces({ identity, after }: AskOf<typeof ListAllowedNamespaces>): AnswerOf<typeof ListAllowedNamespaces> {
    const prefix = `${identity.user} list imagestreams `;
    const namespaces = [...this.rights]
      .filter((right) => right.startsWith(prefix))
      .map((right) => right.slice(prefix.length));
    return { everywhere: identity.user === 'admin', namespaces: namespaces.filter((name) => name > after).sort() };
  }

  @Answers(ListPullSecrets)
  listPullSecrets(): AnswerOf<typeof ListPullSecrets> {
    return { names: this.secrets.map(({ name }) => name) };
  }

  @Answers(ReadSecret)
  readSecret({ name }: AskOf<typeof ReadSecret>): AnswerOf<typeof ReadSecret> {
    return { secret: this.secrets.find((secret) => secret.name === name) };
  }

  @Answers(ReadImageLimits)
  readLimits({ namespace }: AskOf<typeof ReadImageLimits>): AnswerOf<typeof ReadImageLimits> {
    return this.limits.get(namespace) ?? {};
  }

  @Answers(RecordAudit)
  record({ records }: AskOf<typeof RecordAudit>): AnswerOf<typeof RecordAudit> {
    this.records.push(...records);
    return {};
  }
}

@Module({})
class AuthNeighbourModule {
  static with(databaseUrl: string, natsUrl: string): DynamicModule {
    return {
      module: AuthNeighbourModule,
      imports: [
        PersistenceModule.forService({ name: 'auth', url: databaseUrl }),
        MessagingModule.forService({ name: 'auth', natsUrl, publishes: true, consumes: [] }),
      ],
      providers: [AuthDesk, { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }],
    };
  }
}

export function startAuthNeighbour(databaseUrl: string, natsUrl: string): Promise<RunningService> {
  const config = readConfig(serviceEnv, {
    FAKTORZ_DATABASE_URL: databaseUrl,
    FAKTORZ_LOG_LEVEL: 'error',
    FAKTORZ_NATS_URL: natsUrl,
  });
  return createService({ name: 'auth', config, module: AuthNeighbourModule.with(databaseUrl, natsUrl) });
}
