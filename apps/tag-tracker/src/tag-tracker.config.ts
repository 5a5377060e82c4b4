import { registryPolicyVariable } from '@faktorz/registry-client/policy';
import { serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

/** Every variable tag-tracker reads. */
export const tagTrackerEnv = serviceEnv.extend({
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('`host:port` of the integrated registry inside; fills `status.dockerImageRepository`.'),
  FAKTORZ_REGISTRY_PUBLIC_HOST: z
    .string()
    .optional()
    .describe(
      '`host[:port]` of the integrated registry for clients outside; fills `status.publicDockerImageRepository`.',
    ),
  FAKTORZ_REGISTRY_POLICY_FILE: registryPolicyVariable,
});

export type TagTrackerConfig = z.infer<typeof tagTrackerEnv>;
