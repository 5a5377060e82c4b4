import type { RequestOptions } from 'node:https';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { ApiAccess } from './kubernetes-api.js';

/**
 * A kubeconfig whose requests all go through one dispatcher of ours. The client's own would make a new connection pool for
 * every request, and ask nobody where it may connect to.
 */
export class DispatchedKubeConfig extends KubeConfig implements ApiAccess {
  constructor(readonly dispatcher: Dispatcher) {
    super();
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    const options: RequestOptions = {};
    await this.applyToHTTPSOptions(options);
    for (const [name, value] of Object.entries(options.headers ?? {})) context.setHeaderParam(name, String(value));
    if (options.auth) context.setHeaderParam('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    context.setDispatcher(this.dispatcher);
  }
}
