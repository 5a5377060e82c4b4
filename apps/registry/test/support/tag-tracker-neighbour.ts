import { ApiError, notFound } from '@faktorz/apimachinery';
import {
  type AnswerOf,
  type AskOf,
  FindImage,
  type Identity,
  type ImagePlace,
  ListKnownImages,
  ListRepositories,
  ListSources,
  ListTags,
  ListTakenImages,
  PushedImage,
  RemoveImage,
  ResolveTag,
  TagUpdated,
} from '@faktorz/domain';
import { Answers, MessagingModule, Requests } from '@faktorz/messaging';
import { ChangeLog, PersistenceModule } from '@faktorz/persistence';
import {
  CallerIdentity,
  createService,
  IdentityGuard,
  KEY_EXCHANGE,
  keyExchangeOver,
  readConfig,
  type RunningService,
  serviceEnv,
} from '@faktorz/service-kit';
import {
  Body,
  Controller,
  Delete,
  type DynamicModule,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';

interface Stream {
  /** Digest by tag. */
  tags: Map<string, string>;
  /** Where each image is; by `tag digest`, where a tag has it from elsewhere. */
  places: Map<string, ImagePlace>;
  /** The streams that tags took an image from. */
  origins: Map<string, { namespace: string; stream: string }[]>;
}

/** What the registry asks of tag-tracker, answered from streams a test fills. */
@Injectable()
export class TagTrackerDesk {
  /** By `namespace/name`. */
  readonly streams = new Map<string, Stream>();
  readonly namespaces = new Set(['team', 'other']);
  /** Images that were pushed by digest, and that no history names. */
  readonly nameless = new Set<string>();
  readonly pushes: { push: PushedImage; by: Identity }[] = [];
  /** How often a tag, or what was taken, was asked for. */
  asked = 0;

  constructor(private readonly log: ChangeLog) {}

  stream(name: string): Stream {
    const known = this.streams.get(name) ?? { tags: new Map(), places: new Map(), origins: new Map() };
    this.streams.set(name, known);
    return known;
  }

  /** A tag that was imported from elsewhere, or set to another repository's image. */
  put(name: string, tag: string, image: string, dockerImageReference: string): void {
    const stream = this.stream(name);
    stream.tags.set(tag, image);
    stream.places.set(image, { dockerImageReference, insecure: true });
  }

  /** Moves a tag and says so. */
  async move(name: string, tag: string, image: string): Promise<void> {
    this.stream(name).tags.set(tag, image);
    const [namespace = '', stream = ''] = name.split('/');
    await this.log.transaction(async (tx) => {
      const data = {
        namespace,
        stream,
        tag,
        generation: 1,
        image,
        dockerImageReference: `x/${name}@${image}`,
        cause: 'tag' as const,
        by: 'ann',
      };
      tx.publish({ definition: TagUpdated, subject: `${name}:${tag}`, namespace, stream, data });
    });
  }

  @Answers(ResolveTag)
  resolve({ namespace, stream, tag }: AskOf<typeof ResolveTag>): AnswerOf<typeof ResolveTag> {
    this.asked += 1;
    const found = this.streams.get(`${namespace}/${stream}`);
    return { streamExists: found !== undefined, image: found?.tags.get(tag) };
  }

  @Answers(FindImage)
  find({ namespace, stream, digest, tag = '' }: AskOf<typeof FindImage>): AnswerOf<typeof FindImage> {
    const found = this.streams.get(`${namespace}/${stream}`);
    return {
      streamExists: found !== undefined,
      place: found?.places.get(`${tag} ${digest}`) ?? found?.places.get(digest),
      origins: found?.origins.get(digest) ?? [],
    };
  }

  @Answers(ListKnownImages)
  known({ digests }: AskOf<typeof ListKnownImages>): AnswerOf<typeof ListKnownImages> {
    const streams = [...this.streams.values()];
    return {
      known: digests.filter((digest) => this.nameless.has(digest) || streams.some(({ places }) => places.has(digest))),
    };
  }

  @Answers(ListTakenImages)
  taken({ namespace, stream, digests }: AskOf<typeof ListTakenImages>): AnswerOf<typeof ListTakenImages> {
    this.asked += 1;
    const origins = this.streams.get(`${namespace}/${stream}`)?.origins;
    return { taken: digests.filter((digest) => origins?.has(digest)) };
  }

  @Answers(ListTags)
  listTags({ namespace, stream, after, limit }: AskOf<typeof ListTags>): AnswerOf<typeof ListTags> {
    const found = this.streams.get(`${namespace}/${stream}`);
    const tags = [...(found?.tags.keys() ?? [])].filter((tag) => tag > after).sort();
    return { streamExists: found !== undefined, tags: tags.slice(0, limit) };
  }

  @Answers(ListRepositories)
  list({ namespaces, after, limit }: AskOf<typeof ListRepositories>): AnswerOf<typeof ListRepositories> {
    const names = [...this.streams.keys()].filter((name) => namespaces?.includes(name.split('/')[0] ?? '') ?? true);
    return {
      repositories: names
        .filter((name) => name > after)
        .sort()
        .slice(0, limit),
    };
  }

  @Answers(ListSources)
  listSources({ namespace, stream }: AskOf<typeof ListSources>): AnswerOf<typeof ListSources> {
    const places = [...(this.streams.get(`${namespace}/${stream}`)?.places.values() ?? [])];
    return {
      sources: places.map(({ dockerImageReference, insecure }) => ({
        repository: dockerImageReference.split('@')[0] ?? '',
        insecure,
      })),
    };
  }

  @Answers(RemoveImage)
  removeImage({ namespace, stream, image }: AskOf<typeof RemoveImage>): AnswerOf<typeof RemoveImage> {
    const tags = this.streams.get(`${namespace}/${stream}`)?.tags ?? new Map<string, string>();
    const naming = [...tags].filter(([, digest]) => digest === image);
    for (const [tag] of naming) tags.delete(tag);
    return { removed: naming.length };
  }

  record(push: PushedImage, by: Identity): void {
    const name = `${push.namespace}/${push.stream}`;
    if (push.tags.length > 0 && !this.streams.has(name)) {
      if (!push.mayCreateStream) throw notFound('imagestreams', 'image.openshift.io', push.stream);
      if (!this.namespaces.has(push.namespace))
        throw new ApiError('NotFound', `namespaces "${push.namespace}" not found`, { kind: 'namespaces' });
    }
    this.pushes.push({ push, by });
    if (push.tags.length === 0) this.nameless.add(push.image.metadata.name);
    const reference = String(push.image.dockerImageReference);
    for (const tag of push.tags) this.put(name, tag, push.image.metadata.name, reference);
  }
}

@Controller()
@UseGuards(IdentityGuard)
class TagTrackerController {
  constructor(private readonly desk: TagTrackerDesk) {}

  @Post('internal/pushes')
  @HttpCode(204)
  push(@Body() body: unknown, @CallerIdentity() by: Identity): void {
    this.desk.record(PushedImage.parse(body), by);
  }

  @Delete('apis/image.openshift.io/v1/namespaces/:namespace/imagestreamtags/:name')
  remove(@Param('namespace') namespace: string, @Param('name') name: string): object {
    const [stream = '', tag = ''] = name.split(':');
    if (!this.desk.streams.get(`${namespace}/${stream}`)?.tags.delete(tag))
      throw notFound('imagestreamtags', 'image.openshift.io', name);
    return {};
  }
}

@Module({})
class TagTrackerNeighbourModule {
  static with(databaseUrl: string, natsUrl: string): DynamicModule {
    return {
      module: TagTrackerNeighbourModule,
      imports: [
        PersistenceModule.forService({ name: 'tag-tracker', url: databaseUrl }),
        MessagingModule.forService({ name: 'tag-tracker', natsUrl, publishes: true, consumes: [] }),
      ],
      controllers: [TagTrackerController],
      providers: [TagTrackerDesk, { provide: KEY_EXCHANGE, useFactory: keyExchangeOver, inject: [Requests] }],
    };
  }
}

export function startTagTrackerNeighbour(databaseUrl: string, natsUrl: string): Promise<RunningService> {
  const config = readConfig(serviceEnv, {
    FAKTORZ_DATABASE_URL: databaseUrl,
    FAKTORZ_LOG_LEVEL: 'error',
    FAKTORZ_NATS_URL: natsUrl,
  });
  return createService({ name: 'tag-tracker', config, module: TagTrackerNeighbourModule.with(databaseUrl, natsUrl) });
}
