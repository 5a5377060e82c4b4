import { randomUUID } from 'node:crypto';
import {
  conflict,
  type FieldError,
  generatedName,
  internalError,
  invalid,
  notFound,
  type RequestContext,
  requestTimeoutMs,
} from '@faktorz/apimachinery';
import { IMAGE_API_VERSION, IMAGE_GROUP } from '@faktorz/image-api';
import { MalformedPullSecret, type Keyring } from '@faktorz/registry-client';
import { Inject, Injectable } from '@nestjs/common';
import type { FetchTools } from '../fetch/fetch-tools.js';
import { runImport, type PlanResults } from '../fetch/run-import.js';
import type { ImporterConfig } from '../importer.config.js';
import { FETCH_TOOLS, IMPORTER_CONFIG } from '../importer.tokens.js';
import { PullSecrets } from '@faktorz/pull-secrets';
import { StreamReader, type ImageStreamView } from '../stream/stream-reader.js';
import { timestamp } from '../timestamp.js';
import { answerOf } from './answer.js';
import { AppliedImport } from './applied-import.js';
import { defaultRequest } from './default-request.js';
import type { ImageStreamImport } from './image-stream-import.js';
import { managedFieldsOf } from './managed-fields.js';
import { planRequest } from './plan-request.js';
import { TrustedImporters } from './trusted-importers.js';
import { validateRequest } from './validate-request.js';

/** Of the request's time, what applying the results may take. */
const TIME_TO_ANSWER_MS = 15_000;

/** Answers ImageStreamImports: fetches what is asked for, has tag-tracker apply it, and tells what came of it. */
@Injectable()
export class ImportRequestService {
  constructor(
    private readonly streams: StreamReader,
    private readonly pullSecrets: PullSecrets,
    private readonly applied: AppliedImport,
    private readonly importers: TrustedImporters,
    @Inject(FETCH_TOOLS) private readonly tools: FetchTools,
    @Inject(IMPORTER_CONFIG) private readonly config: ImporterConfig,
  ) {}

  /** Throws `ApiError`s; what goes wrong with single images is in the answer's statuses. */
  async create(written: ImageStreamImport, context: RequestContext): Promise<ImageStreamImport> {
    const sent = named(written);
    const namespace = context.namespace ?? '';
    const now = timestamp(new Date());
    const request = acceptedRequest(sent, namespace, context, now);
    const errors = await this.errorsOf(request, context);
    if (errors.length > 0) throw invalid('ImageStreamImport', IMAGE_GROUP, request.metadata.name, errors);
    const [stream, keyring] = await Promise.all([
      this.streams.stream(namespace, sent.metadata.name),
      this.keyring(namespace),
    ]);
    checkGuards(sent, stream);
    const results = await runImport(this.tools, planRequest(request.spec, stream?.spec.tags ?? []), {
      keyring,
      tagsPerRepository: this.config.FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY,
      now,
      signal: context.signal,
      limitMs: fetchLimitMs(context),
    });
    const isApplied = request.spec.import && !context.dryRun;
    return answerOf(request, results, isApplied ? await this.apply(sent, namespace, results, context) : undefined);
  }

  /** Who may store images anyway may import them from anywhere (contract: import, §1). */
  private async errorsOf(request: ImageStreamImport, context: RequestContext): Promise<FieldError[]> {
    const rules = this.tools.policy.current;
    if (!rules.hasAllowList) return validateRequest(request);
    const errors = validateRequest(request, (reference, insecure) => rules.importRefusal(reference, insecure));
    const isRefused = errors.some(({ type }) => type === 'Forbidden');
    return isRefused && (await this.importers.mayImportFromAnywhere(context)) ? validateRequest(request) : errors;
  }

  private apply({ metadata }: ImageStreamImport, namespace: string, results: PlanResults, context: RequestContext) {
    const { name: stream, resourceVersion, uid } = metadata;
    const found = {
      importId: randomUUID(),
      namespace,
      stream,
      guards: { resourceVersion, uid },
      background: false,
      ...results,
    };
    return this.applied.apply(found, context.identity, context.signal);
  }

  private async keyring(namespace: string): Promise<Keyring> {
    try {
      return await this.pullSecrets.keyringOf(namespace);
    } catch (error) {
      if (error instanceof MalformedPullSecret) throw internalError(error.message, { cause: error });
      throw error;
    }
  }
}

/** With the name the client left to us, if it did. */
function named(sent: ImageStreamImport): ImageStreamImport {
  const { name, generateName } = sent.metadata;
  return name || !generateName ? sent : { ...sent, metadata: { ...sent.metadata, name: generatedName(generateName) } };
}

/** Leaves time to tell of slow registries before the request itself is over. */
function fetchLimitMs({ query }: RequestContext): number {
  const timeoutMs = requestTimeoutMs(query);
  return Math.max(timeoutMs - TIME_TO_ANSWER_MS, timeoutMs / 2);
}

/** The request with its defaults, as the answer shows it. */
function acceptedRequest(
  sent: ImageStreamImport,
  namespace: string,
  context: RequestContext,
  now: string,
): ImageStreamImport {
  const { name, generateName, resourceVersion, labels, annotations } = sent.metadata;
  const spec = defaultRequest(sent);
  const metadata = {
    name: name ?? '',
    ...(generateName ? { generateName } : {}),
    namespace,
    uid: randomUUID(),
    ...(resourceVersion ? { resourceVersion } : {}),
    creationTimestamp: now,
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
  };
  const managedFields = [managedFieldsOf({ metadata, spec }, context.fieldManager, now)];
  return {
    kind: 'ImageStreamImport',
    apiVersion: IMAGE_API_VERSION,
    metadata: { ...metadata, managedFields },
    spec,
    status: {},
  };
}

/** The stream must still be the one the client saw (contract: references, §6). */
function checkGuards({ metadata }: ImageStreamImport, stream: ImageStreamView | undefined): void {
  const { name, resourceVersion, uid } = metadata;
  if (!stream) {
    if (resourceVersion || uid) throw notFound('imagestreams', IMAGE_GROUP, name);
    return;
  }
  const current = stream.metadata.resourceVersion ?? '';
  if (resourceVersion && resourceVersion !== current) {
    const detail = `the image stream was updated from ${JSON.stringify(resourceVersion)} to ${JSON.stringify(current)}`;
    throw conflict('imagestream', IMAGE_GROUP, name, detail);
  }
  if (uid && uid !== stream.metadata.uid) throw notFound('imagestream', IMAGE_GROUP, name);
}
