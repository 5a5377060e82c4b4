import { TrustedProxies } from '@faktorz/access';
import { portNumber, serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

const trustedProxies = z.string().transform((list, context) => {
  try {
    return TrustedProxies.parse(list);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Every variable the gateway reads. It has no database. */
export const gatewayEnv = serviceEnv.omit({ FAKTORZ_DATABASE_URL: true }).extend({
  FAKTORZ_API_HOST: z.string().default('127.0.0.1').describe('Address of the public API.'),
  FAKTORZ_API_PORT: portNumber.default(8443).describe('Port of the public API (HTTPS).'),
  FAKTORZ_GATEWAY_PUBLIC_URL: z
    .url({ protocol: /^https$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('Address of the API as its clients know it, for logins; by default the one each client uses.'),
  FAKTORZ_GATEWAY_TRUSTED_PROXIES: trustedProxies
    .default(new TrustedProxies())
    .describe(
      'Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed, separated by commas; by default none.',
    ),
  FAKTORZ_GATEWAY_AUDIT_FILE: z
    .string()
    .optional()
    .describe('File for records of all writes and refusals, one JSON object a line.'),
  FAKTORZ_GATEWAY_AUDIT_FILE_MEGABYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Size at which the audit file becomes `<name>.1` and a new one begins.'),
  FAKTORZ_GATEWAY_TLS_CERT_FILE: z.string().describe('Server certificate (PEM), with its intermediates.'),
  FAKTORZ_GATEWAY_TLS_KEY_FILE: z.string().describe('Private key of the certificate (PEM).'),
});

export type GatewayConfig = z.infer<typeof gatewayEnv>;
