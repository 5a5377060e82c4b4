import { flag, serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** Every variable auth reads. */
export const authEnv = serviceEnv.extend({
  FAKTORZ_AUTH_ENCRYPTION_KEYS: z
    .string()
    .optional()
    .describe('The same keys without a file, separated by commas; they cannot be rotated while auth runs.'),
  FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: z
    .string()
    .optional()
    .describe('Keys that Secrets are encrypted with, 32 bytes in base64 a line: the first encrypts, all decrypt.'),
  FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE: z
    .string()
    .optional()
    .describe('File with the token (`sha256~…`) of user `admin`, who may do everything.'),
  FAKTORZ_AUTH_LOGIN_LIFE_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .default(86_400)
    .describe('How long the token of a login by name and password is good.'),
  FAKTORZ_AUTH_HTPASSWD_FILE: z
    .string()
    .optional()
    .describe(
      'File of users and passwords as `htpasswd` writes it (bcrypt, apr1 or SHA-1), asked after the users kept here.',
    ),
  FAKTORZ_AUTH_TOKEN_ISSUER: z
    .string()
    .default('https://kubernetes.default.svc')
    .describe('Issuer of service account tokens, and the audience of those that are meant for this API.'),
  FAKTORZ_AUTH_LONGEST_TOKEN_SECONDS: z.coerce
    .number()
    .int()
    .min(600)
    .default(31_536_000)
    .describe('Longest life of a service account token; who asks for more gets this.'),
  FAKTORZ_AUTH_PULL_TOKEN_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .default(7_776_000)
    .describe('Life of the token in a generated pull secret; it is renewed when less than 40 % remain.'),
  FAKTORZ_AUTH_API_CA_FILE: z
    .string()
    .optional()
    .describe('Certificate that clients of the API trust: `ca.crt` of Secrets with a token.'),
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('Host and port by which our registry is reached from inside; generated pull secrets name it.'),
  FAKTORZ_REGISTRY_PUBLIC_HOST: z
    .string()
    .optional()
    .describe('Host and port by which our registry is reached from outside, named in generated pull secrets too.'),
  FAKTORZ_AUTH_SIGNING_KEY_DAYS: z.coerce
    .number()
    .min(0.0001)
    .default(30)
    .describe('How long a key signs service account tokens; it is published until the last of them has ended.'),
  FAKTORZ_AUTH_AUDIT_DAYS: z.coerce.number().int().min(1).default(30).describe('How long audit events are kept.'),
  FAKTORZ_AUTH_PAUSED: flag
    .default(false)
    .describe('If true, no service account, binding or pull secret is made by itself.'),
  FAKTORZ_AUTH_NAMESPACE_OWNERS: commaList
    .default(['tag-tracker', 'trigger-dispatcher', 'workloads'])
    .describe('Services that must have emptied a deleted namespace before it is gone.'),
  FAKTORZ_AUTH_EVENT_LIFE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe('How long a Kubernetes Event is kept after it was last seen.'),
});

export type AuthConfig = z.infer<typeof authEnv>;
