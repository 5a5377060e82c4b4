import { ApiError } from '@faktorz/apimachinery';
import { Identity } from '@faktorz/domain';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IDENTITY_HEADER } from './identity-claims.js';
import { IdentityVerifier } from './identity-verifier.js';
import { SERVICE_NAME } from '../service/tokens.js';

const identities = new WeakMap<FastifyRequest, Identity>();

/** Lets a request reach a Nest controller only with an identity signed for this service: `@UseGuards(IdentityGuard)`. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly verifier: IdentityVerifier,
    @Inject(SERVICE_NAME) private readonly service: string,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    identities.set(request, await this.verifier.verify(request.headers[IDENTITY_HEADER], this.service));
    return true;
  }
}

/** Parameter of a controller method behind `IdentityGuard`: who the request is made for. */
export const CallerIdentity = createParamDecorator((_data: unknown, context: ExecutionContext): Identity => {
  const identity = identities.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!identity) throw new ApiError('Unauthorized', 'Unauthorized');
  return identity;
});
