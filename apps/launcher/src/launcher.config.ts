import { portNumber } from '@faktorz/configuration';
import { z } from 'zod';

const replicas = z.string().transform((text, context) => {
  const counts = new Map<string, number>();
  for (const part of text.split(',').filter((item) => item.trim() !== '')) {
    const match = /^\s*([a-z-]+)=([1-9])\s*$/.exec(part);
    if (match?.[1] && match[2]) counts.set(match[1], Number(match[2]));
    else
      context.addIssue({
        code: 'custom',
        message: 'expected service=count pairs separated by commas, counts from 1 to 9',
      });
  }
  return counts;
});

/** Every variable `npm start` itself reads; those of the services reach them unchanged. */
export const launcherEnv = z.object({
  FAKTORZ_DATA_DIR: z.string().default('.faktorz').describe('Where all data is kept (mode 0700).'),
  FAKTORZ_API_HOST: z.string().default('127.0.0.1').describe('Address of the public API.'),
  FAKTORZ_API_PORT: portNumber.default(8443).describe('Port of the public API (HTTPS); 0 takes a free one.'),
  FAKTORZ_REGISTRY_HOST: z.string().default('127.0.0.1').describe('Address of the registry.'),
  FAKTORZ_REGISTRY_PORT: portNumber.default(5000).describe('Port of the registry; 0 takes a free one.'),
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('Registry name in `status.dockerImageRepository`; default 127.0.0.1 and the port of the registry.'),
  FAKTORZ_OUTBOUND_ALLOWED: z
    .string()
    .default('loopback')
    .describe('Destinations that imports and webhooks may reach besides public addresses.'),
  FAKTORZ_POSTGRES_PORT: portNumber.default(0).describe('Port of the embedded PostgreSQL; 0 takes a free one.'),
  FAKTORZ_NATS_PORT: portNumber.default(0).describe('Port of the embedded nats-server; 0 takes a free one.'),
  FAKTORZ_LOG: z
    .enum(['info', 'debug'])
    .default('info')
    .describe(
      'What is shown of the logs of services: warnings and errors, or (`debug`) all. The files in `logs/` hold all of it.',
    ),
  FAKTORZ_REPLICAS: replicas
    .default(new Map())
    .describe('Processes per service where more than one is wanted, e.g. `tag-tracker=2,importer=2`.'),
});

export type LauncherConfig = z.infer<typeof launcherEnv>;
