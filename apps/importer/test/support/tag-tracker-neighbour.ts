import { randomUUID } from 'node:crypto';
import { ApiError, type KubeObject } from '@faktorz/apimachinery';
import {
  type AnswerOf,
  ApplyImport,
  type AskOf,
  type DataOf,
  IdentifyImages,
  ImageImported,
  ImportFailed,
  ImportRequested,
  ImportResults,
  StreamDeleted,
  TagDeleted,
  type EventDefinition,
} from '@faktorz/domain';
import { Answers, type ConsumedEvent, Consumes, MessagingModule, Requests } from '@faktorz/messaging';
import { ChangeLog, PersistenceModule } from '@faktorz/persistence';
import {
  createService,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  type RunningService,
  serviceEnv,
  ServiceHttp,
} from '@faktorz/service-kit';
import { Controller, Get, Injectable, Module, Param, type DynamicModule } from '@nestjs/common';

type Request = DataOf<typeof ImportRequested>;

/** What importer and tag-tracker say to each other, kept for a test to look at. */
@Injectable()
export class TagTrackerDesk {
  readonly imported: DataOf<typeof ImageImported>[] = [];
  readonly failed: DataOf<typeof ImportFailed>[] = [];
  readonly applied: ImportResults[] = [];
  /** How often results were read from importer. */
  readings = 0;
  /** Streams by `namespace/name`. */
  readonly streams = new Map<string, object>();
  /** Answer to the next `ApplyImport`s instead of success. */
  refusal: AnswerOf<typeof ApplyImport> | undefined;

  constructor(
    private readonly log: ChangeLog,
    private readonly http: ServiceHttp,
  ) {}

  @Consumes(ImageImported)
  async onImageImported({ data }: ConsumedEvent<typeof ImageImported>): Promise<void> {
    if (!this.imported.some((known) => known.position === data.position)) this.imported.push(data);
  }

  @Consumes(ImportFailed)
  async onImportFailed({ data }: ConsumedEvent<typeof ImportFailed>): Promise<void> {
    if (!this.failed.some((known) => known.position === data.position)) this.failed.push(data);
  }

  @Answers(ApplyImport)
  async applyImport({ results: given }: AskOf<typeof ApplyImport>): Promise<AnswerOf<typeof ApplyImport>> {
    if (this.refusal) return this.refusal;
    const results = 'readFrom' in given ? await this.readResults(given.readFrom) : given;
    this.applied.push(results);
    this.streams.set(`${results.namespace}/${results.stream}`, {
      kind: 'ImageStream',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: results.stream, namespace: results.namespace, uid: 'u', resourceVersion: '7' },
      spec: {},
    });
    return {};
  }

  @Answers(IdentifyImages)
  identify({ digests }: AskOf<typeof IdentifyImages>): AnswerOf<typeof IdentifyImages> {
    const stored = { resourceVersion: '6', creationTimestamp: '2030-01-01T00:00:00Z' };
    return { images: digests.map((name) => ({ name, uid: `uid of ${name}`, ...stored })) };
  }

  async readResults(resultsUrl: string): Promise<ImportResults> {
    this.readings += 1;
    const { origin, pathname } = new URL(resultsUrl);
    return ImportResults.parse(await this.http.service('importer', origin).getJson(pathname));
  }

  /** Sends an object to importer's API. */
  post<T extends KubeObject>(importerUrl: string, path: string, body: object): Promise<T> {
    return this.http.service('importer', importerUrl).postJson<T>(path, body, { timeoutMs: 20_000 });
  }

  /** Reads an object of importer's API. */
  get<T>(importerUrl: string, path: string): Promise<T> {
    return this.http.service('importer', importerUrl).getJson<T>(path);
  }

  /** Publishes that a stream wants imports; returns the import's id. */
  async request(request: Partial<Request> & Pick<Request, 'stream'>): Promise<string> {
    const data: Request = {
      importId: randomUUID(),
      namespace: 'team',
      uid: 'u',
      cause: 'created',
      items: [],
      ...request,
    };
    await this.publish(ImportRequested, data.namespace, data.stream, data);
    return data.importId;
  }

  /** `inSpec`: the tag stays, and points at nothing any more. */
  async deleteTag(stream: string, tag: string, more: { inSpec?: true } = {}): Promise<void> {
    await this.publish(TagDeleted, 'team', stream, { namespace: 'team', stream, tag, ...more, by: 'ann' });
  }

  async deleteStream(stream: string, uid: string): Promise<void> {
    await this.publish(StreamDeleted, 'team', stream, { namespace: 'team', stream, uid, by: 'ann' });
  }

  private async publish<E extends EventDefinition>(
    definition: E,
    namespace: string,
    stream: string,
    data: DataOf<E>,
  ): Promise<void> {
    await this.log.transaction(async (tx) => {
      tx.publish({ definition, subject: `${namespace}/${stream}`, namespace, stream, data });
    });
  }
}

@Controller('apis/image.openshift.io/v1')
class TagTrackerController {
  constructor(private readonly desk: TagTrackerDesk) {}

  @Get('namespaces/:namespace/imagestreams/:name')
  stream(@Param('namespace') namespace: string, @Param('name') name: string): object {
    const found = this.desk.streams.get(`${namespace}/${name}`);
    if (!found) throw new ApiError('NotFound', `imagestreams.image.openshift.io "${name}" not found`);
    return found;
  }
}

@Module({})
class TagTrackerNeighbourModule {
  static with(databaseUrl: string, natsUrl: string): DynamicModule {
    return {
      module: TagTrackerNeighbourModule,
      imports: [
        PersistenceModule.forService({ name: 'tag-tracker', url: databaseUrl }),
        MessagingModule.forService({ name: 'tag-tracker', natsUrl, publishes: true, consumes: ['importer'] }),
      ],
      controllers: [TagTrackerController],
      providers: [TagTrackerDesk, { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }],
    };
  }
}

/** Starts it on a free port. */
export function startTagTrackerNeighbour(databaseUrl: string, natsUrl: string): Promise<RunningService> {
  const config = readConfig(serviceEnv, {
    FAKTORZ_DATABASE_URL: databaseUrl,
    FAKTORZ_LOG_LEVEL: 'error',
    FAKTORZ_NATS_URL: natsUrl,
  });
  return createService({ name: 'tag-tracker', config, module: TagTrackerNeighbourModule.with(databaseUrl, natsUrl) });
}
