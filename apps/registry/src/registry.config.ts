import { OutboundPolicy, registryPolicyVariable } from '@faktorz/registry-client';
import { portNumber, serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

const outboundPolicy = z.string().transform((list, context) => {
  try {
    return OutboundPolicy.parse(list);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Every variable the registry reads. */
export const registryEnv = serviceEnv.extend({
  FAKTORZ_HTTP_PORT: serviceEnv.shape.FAKTORZ_HTTP_PORT.default(8456),
  FAKTORZ_REGISTRY_HOST: z.string().default('127.0.0.1').describe('Address the registry listens on.'),
  FAKTORZ_REGISTRY_PORT: portNumber.default(5000).describe('Port of the registry.'),
  FAKTORZ_REGISTRY_TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('Server certificate (PEM), with its intermediates: the registry then speaks HTTPS alone.'),
  FAKTORZ_REGISTRY_TLS_KEY_FILE: z.string().optional().describe('Private key of the certificate (PEM).'),
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('`host:port` of this registry inside, as `status.dockerImageRepository` has it.'),
  FAKTORZ_REGISTRY_PUBLIC_HOST: z
    .string()
    .optional()
    .describe('`host[:port]` of this registry for clients outside, as `status.publicDockerImageRepository` has it.'),
  FAKTORZ_REGISTRY_STORAGE_DIRECTORY: z
    .string()
    .describe('Where blobs and uploads lie: one file system, shared by all replicas.'),
  FAKTORZ_REGISTRY_LARGEST_BLOB_MEGABYTES: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Larger blobs are refused with 413; no limit when absent.'),
  FAKTORZ_REGISTRY_UPLOAD_EXPIRY_HOURS: z.coerce
    .number()
    .min(0.01)
    .default(24)
    .describe('An upload that nobody continued for so long is removed.'),
  FAKTORZ_REGISTRY_AUDIT_FILE: z
    .string()
    .optional()
    .describe('File for records of all pushes, deletions and refusals, one JSON object a line.'),
  FAKTORZ_REGISTRY_AUDIT_FILE_MEGABYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Size at which the audit file becomes `<name>.1` and a new one begins.'),
  FAKTORZ_REGISTRY_MIRROR_EXPIRY_HOURS: z.coerce
    .number()
    .min(0.01)
    .default(7 * 24)
    .describe('What was pulled through and kept is removed when nobody has asked for it for so long.'),
  FAKTORZ_REGISTRY_COLLECT_AFTER_HOURS: z.coerce
    .number()
    .min(2)
    .default(24)
    .describe('Blobs and manifests that nothing needs are removed when nobody has used them for so long.'),
  FAKTORZ_REGISTRY_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of certificate authorities trusted beside the system ones, for all outside registries.'),
  FAKTORZ_REGISTRY_POLICY_FILE: registryPolicyVariable,
  FAKTORZ_OUTBOUND_ALLOWED: outboundPolicy
    .default(new OutboundPolicy())
    .describe(
      'Destinations outgoing requests may have beside public addresses: `loopback`, host names (`*.corp.example`), addresses and networks (`10.0.0.0/8`), separated by commas.',
    ),
});

export type RegistryConfig = z.infer<typeof registryEnv>;
