import {
  type AnswerOf,
  type AskOf,
  type IdentityKey,
  ListIdentityKeys,
  ListPullSecrets,
  ReadNamespace,
  ReadSecret,
  RegisterIdentityKey,
  ReviewAccess,
  type SecretContent,
} from '@faktorz/domain';
import { Answers, MessagingModule, Requests } from '@faktorz/messaging';
import {
  createService,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  type RunningService,
  serviceEnv,
} from '@faktorz/service-kit';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';

/** What importer asks of auth, answered from lists a test fills. */
@Injectable()
export class AuthDesk {
  readonly namespaces = new Map<string, 'Active' | 'Terminating'>([['team', 'Active']]);
  readonly secrets: SecretContent[] = [];
  /** What every identity may create. */
  readonly mayCreate = new Set<string>();
  private readonly keys = new Map<string, IdentityKey>();

  @Answers(RegisterIdentityKey)
  register(key: AskOf<typeof RegisterIdentityKey>): AnswerOf<typeof RegisterIdentityKey> {
    this.keys.set(key.kid, { ...key, speaksForCallers: false });
    return {};
  }

  @Answers(ListIdentityKeys)
  listKeys(): AnswerOf<typeof ListIdentityKeys> {
    return { keys: [...this.keys.values()] };
  }

  @Answers(ReviewAccess)
  reviewAccess({ attributes }: AskOf<typeof ReviewAccess>): AnswerOf<typeof ReviewAccess> {
    return { allowed: attributes.verb === 'create' && this.mayCreate.has(attributes.resource), reason: '' };
  }

  @Answers(ReadNamespace)
  readNamespace({ name }: AskOf<typeof ReadNamespace>): AnswerOf<typeof ReadNamespace> {
    const phase = this.namespaces.get(name);
    return phase ? { uid: name, phase } : {};
  }

  @Answers(ListPullSecrets)
  listPullSecrets(): AnswerOf<typeof ListPullSecrets> {
    return { names: this.secrets.map(({ name }) => name) };
  }

  @Answers(ReadSecret)
  readSecret({ name }: AskOf<typeof ReadSecret>): AnswerOf<typeof ReadSecret> {
    return { secret: this.secrets.find((secret) => secret.name === name) };
  }
}

@Module({})
class AuthNeighbourModule {
  static with(natsUrl: string): DynamicModule {
    return {
      module: AuthNeighbourModule,
      imports: [MessagingModule.forService({ name: 'auth', natsUrl, publishes: false, consumes: [] })],
      providers: [AuthDesk, { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }],
    };
  }
}

/** Starts it on a free port. */
export function startAuthNeighbour(natsUrl: string): Promise<RunningService> {
  const config = readConfig(serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }), {
    FAKTORZ_LOG_LEVEL: 'error',
    FAKTORZ_NATS_URL: natsUrl,
  });
  return createService({ name: 'auth', config, module: AuthNeighbourModule.with(natsUrl) });
}
