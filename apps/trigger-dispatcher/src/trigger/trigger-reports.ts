import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { type ServiceClient, ServiceHttp } from '@faktorz/service-kit';
import { apiVersionOf, type TriggerTarget } from '../targets/target.js';
import { AUTH_URLS } from '../trigger-dispatcher.tokens.js';
import type { TriggerRow } from './trigger-target.store.js';

const COMPONENT = 'faktorz-trigger-dispatcher';
/** Longest message Kubernetes takes in an event. */
const LONGEST_MESSAGE = 1024;

/** Says on an object, as a Kubernetes Event, why a trigger of it cannot fire. */
@Injectable()
export class TriggerReports {
  private readonly logger = new Logger(TriggerReports.name);
  private readonly auth: ServiceClient;

  constructor(http: ServiceHttp, @Inject(AUTH_URLS) urls: readonly string[]) {
    this.auth = http.service('auth', urls);
  }

  /** The same thing is said once while its event is kept. A report that cannot be made holds nothing up. */
  async warn(target: TriggerTarget, row: TriggerRow, reason: string, message: string): Promise<void> {
    const { namespace, name, uid, version } = row;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const id = createHash('sha256').update(`${uid} ${reason} ${message}`).digest('hex').slice(0, 16);
    const involvedObject = {
      apiVersion: apiVersionOf(target),
      kind: target.kind,
      namespace,
      name,
      uid,
      resourceVersion: version,
    };
    try {
      await this.auth.postJson(`/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, {
        metadata: { name: `${name}.${id}` },
        involvedObject,
        reason,
        message: message.slice(0, LONGEST_MESSAGE),
        type: 'Warning',
        source: { component: COMPONENT },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      });
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return;
      this.logger.warn(`${namespace}/${name}: ${message} (not reported: ${(error as Error).message})`);
    }
  }
}
