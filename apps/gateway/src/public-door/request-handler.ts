import { type AuditNotes, AuditTrail, TrustedProxies } from '@faktorz/access';
import { ApiError, methodNotAllowed, statusOf, toApiError } from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import { IDENTITY_HEADER, ServiceIdentity } from '@faktorz/service-kit';
import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Authenticator } from '../access/authenticator.js';
import { Authorizer } from '../access/authorizer.js';
import { impersonated } from '../access/impersonation.js';
import { DiscoveryBoard } from '../discovery/discovery-board.js';
import { DiscoveryPaths } from '../discovery/discovery-paths.js';
import { OpenApiPaths } from '../discovery/openapi-paths.js';
import { OpenWatches } from '../access/open-watches.js';
import { OAuthPaths } from '../oauth/oauth-paths.js';
import { forward } from '../proxy/forward.js';
import { requestHeaders } from '../proxy/forwarded-headers.js';
import { readRequestBody } from '../proxy/request-body.js';
import { answerJson, answerStatus, answerText } from '../request/answer-status.js';
import { AmbiguousPath, readRequestInfo, type RequestInfo } from '../request/request-info.js';
import { Upstreams } from '../routing/owners.js';
import { AdmissionDoor } from './admission-door.js';
import { answerWithinMs } from './answer-within.js';
import { PublicPaths } from './public-paths.js';

/** What owners know; others there are (TRACE, PROPFIND …) mean nothing to an API. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Target {
  path: string;
  query: string;
}

/** What happens to a request at the public door: who is it, may they, and who answers it. */
@Injectable()
export class RequestHandler {
  private readonly logger = new Logger(RequestHandler.name);

  constructor(
    private readonly publicPaths: PublicPaths,
    private readonly admissionDoor: AdmissionDoor,
    private readonly authenticator: Authenticator,
    private readonly authorizer: Authorizer,
    private readonly board: DiscoveryBoard,
    private readonly discoveryPaths: DiscoveryPaths,
    private readonly openApiPaths: OpenApiPaths,
    private readonly oauthPaths: OAuthPaths,
    private readonly trail: AuditTrail,
    private readonly watches: OpenWatches,
    private readonly upstreams: Upstreams,
    private readonly identity: ServiceIdentity,
    private readonly proxies: TrustedProxies,
  ) {}

  /** Never rejects: whatever goes wrong is answered. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = this.addressOf(request);
    const notes: AuditNotes & { from: string } = { from };
    try {
      await this.route(request, response, notes);
    } catch (error) {
      notes.reason = this.answerFailure(request, response, error);
    }
    this.trail.noteRequest(notes, {
      method: request.method!,
      path: request.url!.split('?')[0]!,
      from,
      userAgent: request.headers['user-agent'] ?? '',
      code: response.headersSent ? response.statusCode : 0,
    });
  }

  /** Its connection may be gone already. */
  private addressOf({ socket, headers }: IncomingMessage): string {
    return this.proxies.clientAddress(socket?.remoteAddress, headers['x-forwarded-for'] as string | undefined);
  }

  private async route(
    request: IncomingMessage,
    response: ServerResponse,
    notes: AuditNotes & { from: string },
  ): Promise<void> {
    const method = request.method!;
    if (request.headers.host === undefined) throw new ApiError('BadRequest', 'the header Host is missing');
    const target = targetOf(request.url!);
    if (await this.publicPaths.answer(method, target.path, response)) return;
    if (await this.admissionDoor.answer(target.path, request, response)) return;
    if (await this.oauthPaths.answer(target.path, target.query, request, response, notes.from)) {
      notes.isAudited = true;
      return;
    }
    const caller = await this.authenticator.authenticate(request.headers.authorization);
    notes.caller = caller;
    const info = readRequestInfo(method, target.path, target.query);
    notes.info = info;
    const { identity, reason } = await this.admit(request, info, notes);
    notes.reason = reason;
    if (!METHODS.has(method)) throw methodNotAllowed();
    if (!info.isResource) return this.answerPath(method, info.path, request, response);

    const route = this.board.routes.find(info.group, info.version, info.resource);
    if (typeof route === 'string') this.checkAllKnown();
    if (route === 'unknown-group') return answerText(response, 404, '404 page not found\n');
    if (route === 'unknown-resource') throw notFound();
    const headers = requestHeaders(request.rawHeaders, request.headers.connection);
    headers.push(IDENTITY_HEADER, await this.identity.sign(identity, route.owner));
    if (notes.from !== '') headers.push('x-forwarded-for', notes.from);
    const forget =
      info.verb === 'watch'
        ? this.watches.add({ check: () => this.admit(request, info), end: () => response.destroy() })
        : undefined;
    await forward(
      {
        upstream: this.upstreams.of(route.owner),
        method,
        target: request.url!,
        headers,
        body: await readRequestBody(request),
        answerWithinMs: answerWithinMs(info.verb, target.query),
        onAnswer: ({ made, refusal }) => {
          notes.created = made;
          if (refusal !== undefined) notes.reason = messageIn(refusal);
        },
      },
      response,
    ).finally(forget);
  }

  /** Who asks, as whom, and which binding lets him. Throws Unauthorized and Forbidden. */
  private async admit(
    request: IncomingMessage,
    info: RequestInfo,
    notes: AuditNotes = {},
  ): Promise<{ identity: Identity; reason: string }> {
    const caller = notes.caller ?? (await this.authenticator.authenticate(request.headers.authorization));
    const identity = await impersonated(caller, request, this.authorizer);
    notes.identity = identity;
    return { identity, reason: (await this.authorizer.authorize(identity, info)).reason };
  }

  /** Just started, the gateway cannot say that nobody serves a resource before it has heard from everybody. */
  private checkAllKnown(): void {
    const missing = this.board.missing();
    if (missing.length === 0) return;
    throw new ApiError('ServiceUnavailable', `not yet heard from ${missing.join(', ')}; try again`, {
      retryAfterSeconds: 1,
    });
  }

  /** Paths that name no resource are answered by the gateway itself. */
  private async answerPath(
    method: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (path === '/' && (method === 'GET' || method === 'HEAD'))
      return answerJson(response, { paths: this.rootPaths() });
    const known = method === 'GET' || method === 'HEAD';
    if (known && this.discoveryPaths.answer(path, request, response)) return;
    if (known && (await this.openApiPaths.answer(path, request, response))) return;
    if (path.startsWith('/version/')) throw notFound();
    answerText(response, 404, '404 page not found\n');
  }

  private rootPaths(): string[] {
    const groups = this.board.discovery.groups.flatMap(({ name, versions }) =>
      name === ''
        ? versions.map(({ version }) => `/api/${version}`)
        : [`/apis/${name}`, ...versions.map(({ version }) => `/apis/${name}/${version}`)],
    );
    return ['/api', '/apis', ...groups, '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  }

  private answerFailure(request: IncomingMessage, response: ServerResponse, error: unknown): string {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return 'the answer was cut off';
    }
    const known = refusalOf(error);
    if (known.code >= 500) this.logger.warn(`${request.method} ${request.url?.split('?')[0]}: ${causeOf(error)}`);
    answerStatus(response, known);
    return known.message;
  }
}

/** The sentence in a `Status`; the status alone would not say why. */
function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

/** Origin form only: a proxy's absolute form would name another place than this. */
function targetOf(url: string): Target {
  if (!url.startsWith('/') || url.includes('#')) throw new ApiError('BadRequest', 'the request target must be a path');
  const question = url.indexOf('?');
  return question < 0 ? { path: url, query: '' } : { path: url.slice(0, question), query: url.slice(question + 1) };
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof AmbiguousPath) return new ApiError('BadRequest', error.message, {}, { cause: error });
  const known = toApiError(error);
  if (known.reason !== 'InternalError') return known;
  return new ApiError('InternalError', 'Internal error occurred: the request could not be answered', undefined, {
    cause: error,
  });
}

function causeOf(error: unknown): string {
  const status = statusOf(error);
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${status.code} ${status.message ?? ''}${cause}`;
}

function notFound(): ApiError {
  return new ApiError('NotFound', 'the server could not find the requested resource', {});
}
