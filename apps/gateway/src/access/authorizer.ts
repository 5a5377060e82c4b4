import { AccessDecisions, type AccessDecision } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import type { AccessAttributes, Identity } from '@faktorz/domain';
import { Injectable } from '@nestjs/common';
import type { RequestInfo } from '../request/request-info.js';
import { forbiddenMessage } from './forbidden-message.js';

/** Lets requests through that their caller may make. */
@Injectable()
export class Authorizer {
  constructor(private readonly decisions: AccessDecisions) {}

  /** Which binding allows this request. Throws `Forbidden`, in Kubernetes' words, unless one does. */
  async authorize(identity: Identity, info: RequestInfo): Promise<AccessDecision> {
    const decision = await this.decide(identity, attributesOf(info));
    if (!decision.allowed) throw refusal(info, identity, decision.reason);
    return decision;
  }

  decide(identity: Identity, attributes: AccessAttributes): Promise<AccessDecision> {
    return this.decisions.decide(identity, attributes);
  }
}

/** What access to a request is decided by. */
export function attributesOf(info: RequestInfo): AccessAttributes {
  const { verb, group, resource, subresource, namespace, name, path } = info;
  if (!info.isResource) return { verb, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
  return { verb, group, resource, subresource, namespace, name };
}

function refusal(info: RequestInfo, identity: Identity, reason: string): ApiError {
  const details = info.isResource
    ? {
        ...(info.name !== '' && { name: info.name }),
        ...(info.group !== '' && { group: info.group }),
        kind: info.resource,
      }
    : {};
  return new ApiError('Forbidden', forbiddenMessage(info, identity, reason), details);
}
