import { z } from 'zod';
import { portNumber, serviceUrls } from '@faktorz/configuration';

/** The variables every service reads. A service without a database omits `FAKTORZ_DATABASE_URL`. */
export const serviceEnv = z.object({
  FAKTORZ_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://role:password@host:port/database' })
    .describe('PostgreSQL: role and password of this service, e.g. `postgres://tag_tracker:…@127.0.0.1:5432/faktorz`.'),
  FAKTORZ_NATS_URL: z
    .string()
    .default('nats://127.0.0.1:4222')
    .describe('nats-server, or several separated by commas.'),
  FAKTORZ_NATS_USER: z.string().optional().describe('NATS user of this service.'),
  FAKTORZ_NATS_PASSWORD: z.string().optional().describe('Password of the NATS user.'),
  FAKTORZ_HTTP_HOST: z.string().default('127.0.0.1').describe('Address this service listens on.'),
  FAKTORZ_HTTP_PORT: portNumber.default(0).describe('Port this service listens on; 0 takes a free one.'),
  FAKTORZ_SERVICE_URL: z
    .url({ protocol: /^https?$/, error: 'expected an http(s) URL' })
    .optional()
    .describe('How other services reach this process; made from host and port when absent.'),
  FAKTORZ_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least severe log line that is written.'),
  FAKTORZ_AUTH_URL: serviceUrls('http://127.0.0.1:8451').describe(
    'Where auth is; several replicas separated by commas.',
  ),
  FAKTORZ_TAG_TRACKER_URL: serviceUrls('http://127.0.0.1:8452').describe('Where tag-tracker is.'),
  FAKTORZ_IMPORTER_URL: serviceUrls('http://127.0.0.1:8453').describe('Where importer is.'),
  FAKTORZ_TRIGGER_DISPATCHER_URL: serviceUrls('http://127.0.0.1:8454').describe('Where trigger-dispatcher is.'),
  FAKTORZ_WORKLOADS_URL: serviceUrls('http://127.0.0.1:8455').describe('Where workloads is.'),
  FAKTORZ_REGISTRY_URL: serviceUrls('http://127.0.0.1:8456').describe('Where the registry is, for the API it serves.'),
});

/** The part of a service's configuration that service-kit itself works with. */
export type ServiceConfig = Omit<z.infer<typeof serviceEnv>, 'FAKTORZ_DATABASE_URL'>;
