import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@faktorz/apimachinery';
import { ServiceLogger } from '../logging/service-logger.js';
import { createService, type RunningService, type ServiceOptions } from './create-service.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts a service. While something it needs is away (PostgreSQL, NATS, another service: `ApiError` ServiceUnavailable)
 * it waits and begins anew, ever longer apart, for as long as it takes: until then no port is open, so it is not ready.
 * Rejects with every other failure, which waiting would not mend.
 */
export async function startWhenPossible(options: ServiceOptions): Promise<RunningService> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await createService(options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'ServiceUnavailable') throw error;
      const logger = new ServiceLogger(options.name, options.config.FAKTORZ_LOG_LEVEL);
      logger.warn(`cannot start yet: ${error.message}; next try in ${waitMs} ms`, 'Service');
      await delay(waitMs);
    }
  }
}
