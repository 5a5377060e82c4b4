import { OutboundPolicy, registryPolicyVariable } from '@faktorz/registry-client';
import { serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

const outboundPolicy = z.string().transform((list, context) => {
  try {
    return OutboundPolicy.parse(list);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Every variable the importer reads. */
export const importerEnv = serviceEnv.extend({
  FAKTORZ_HTTP_PORT: serviceEnv.shape.FAKTORZ_HTTP_PORT.default(8453),
  FAKTORZ_IMPORTER_PAUSED: z
    .stringbool()
    .default(false)
    .describe(
      'With `true` nothing is imported in the background or on schedule; requests for an import are still answered.',
    ),
  FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(900)
    .describe('How long a scheduled tag rests between two checks.'),
  FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: z.coerce
    .number()
    .int()
    .default(60)
    .describe('How many scheduled tags are checked per minute by all replicas together; 0 or less: no limit.'),
  FAKTORZ_IMPORTER_TAGS_PER_REPOSITORY: z.coerce
    .number()
    .int()
    .default(50)
    .describe('How many tags the import of a whole repository takes; 0 means 50, a negative number no limit.'),
  FAKTORZ_IMPORTER_FETCHES_PER_REGISTRY: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe('How many requests one process has under way at one registry.'),
  FAKTORZ_IMPORTER_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe(
      'How many background imports from one registry one process works on at a time; eight times as many in all.',
    ),
  FAKTORZ_IMPORTER_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of certificate authorities trusted beside the system ones, for all registries.'),
  FAKTORZ_REGISTRY_POLICY_FILE: registryPolicyVariable,
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('Our own registry as image references name it: imports from it are always allowed.'),
  FAKTORZ_OUTBOUND_ALLOWED: outboundPolicy
    .default(new OutboundPolicy())
    .describe(
      'Destinations outgoing requests may have beside public addresses: `loopback`, host names (`*.corp.example`), addresses and networks (`10.0.0.0/8`), separated by commas.',
    ),
});

export type ImporterConfig = z.infer<typeof importerEnv>;
