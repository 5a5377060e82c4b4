import type { RunningService, ServiceOptions } from './create-service.js';
import { startWhenPossible } from './start-when-possible.js';

/** A graceful stop may take this long before the process ends anyway. */
const STOP_DEADLINE_MS = 8_000;

/**
 * What a service's `main.ts` calls: starts the service, as soon as what it needs is there, and ties it to the process. SIGTERM and SIGINT stop it
 * gracefully (exit code 0, within 8 s); a start that fails, or an error nobody caught, ends the process with code 1.
 */
export async function runService(options: ServiceOptions): Promise<RunningService> {
  let service: RunningService;
  try {
    service = await startWhenPossible(options);
  } catch (error) {
    process.stderr.write(`${options.name} cannot start: ${describe(error, options)}\n`);
    process.exit(1);
  }
  const { logger } = service;
  const end = (signal: string): void => {
    logger.log(`stopping on ${signal}`, 'Service');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('the stop failed', error, 'Service');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  process.on('uncaughtException', (error) => {
    logger.fatal('an error nobody caught', error, 'Service');
    process.exit(1);
  });
  process.on('unhandledRejection', (reason) => {
    logger.fatal('a rejection nobody handled', reason instanceof Error ? reason : new Error(String(reason)), 'Service');
    process.exit(1);
  });
  return service;
}

/** A taken port is one clear line; everything else keeps its stack, which a developer needs. */
function describe(error: unknown, { config }: ServiceOptions): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  const listener = `${config.FAKTORZ_HTTP_HOST} port ${config.FAKTORZ_HTTP_PORT} (FAKTORZ_HTTP_HOST, FAKTORZ_HTTP_PORT)`;
  if (code === 'EADDRINUSE') return `${listener} is taken`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') return `may not listen on ${listener}`;
  return error.stack ?? error.message;
}
