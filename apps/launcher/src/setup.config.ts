import { portNumber } from '@faktorz/configuration';
import { z } from 'zod';

/** Every variable the setup of a Compose deployment reads. */
export const setupEnv = z.object({
  FAKTORZ_SETUP_DIRECTORY: z.string().default('/secrets').describe('Where the volumes of all services are mounted.'),
  FAKTORZ_SETUP_POSTGRES_HOST: z.string().default('postgres').describe('Host of PostgreSQL.'),
  FAKTORZ_SETUP_POSTGRES_PORT: portNumber.default(5432).describe('Port of PostgreSQL.'),
  FAKTORZ_SETUP_API_URL: z
    .url({ protocol: /^https$/, error: 'expected an https URL' })
    .default('https://127.0.0.1:8443')
    .describe('Where clients reach the API: its host is in the certificate, the URL in the kubeconfig.'),
});

export type SetupConfig = z.infer<typeof setupEnv>;
