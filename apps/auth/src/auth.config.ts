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
  FAKTORZ_AUTH_ENCRYPTION_KEY_FILE: z
    .string()
    .describe('Keys that Secrets are encrypted with, 32 bytes in base64 a line: the first encrypts, all decrypt.'),
  FAKTORZ_AUTH_BOOTSTRAP_TOKEN_FILE: z
    .string()
    .optional()
    .describe('File with the token (`sha256~…`) of user `admin`, who may do everything.'),
  FAKTORZ_AUTH_PAUSED: flag
    .default(false)
    .describe('If true, no service account, binding or pull secret is made by itself.'),
  FAKTORZ_AUTH_NAMESPACE_OWNERS: commaList
    .default(['tag-tracker', 'trigger-dispatcher'])
    .describe('Services that must have emptied a deleted namespace before it is gone.'),
  FAKTORZ_AUTH_EVENT_LIFE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe('How long a Kubernetes Event is kept after it was last seen.'),
});

export type AuthConfig = z.infer<typeof authEnv>;
