import { z } from 'zod';
import { Identity } from '../identity.js';
import { ImageLimits } from '../limits/image-limits.js';
import { defineRequest } from './define-request.js';

/** Who presents this bearer token? `identity` is absent when the token is unknown, expired or revoked. */
export const ReviewToken = defineRequest(
  'auth.token.review',
  z.object({ token: z.string() }),
  z.object({ identity: Identity.optional(), expiresAt: z.iso.datetime().optional() }),
);

/** The attributes of one access decision, as in a Kubernetes SubjectAccessReview. */
export const AccessAttributes = z.object({
  verb: z.string(),
  group: z.string().default(''),
  resource: z.string().default(''),
  subresource: z.string().default(''),
  namespace: z.string().default(''),
  name: z.string().default(''),
  /** Set for requests that name no resource, e.g. `/version`. */
  path: z.string().optional(),
});
export type AccessAttributes = z.infer<typeof AccessAttributes>;

/** May this identity do this? */
export const ReviewAccess = defineRequest(
  'auth.access.review',
  z.object({ identity: Identity, attributes: AccessAttributes }),
  z.object({ allowed: z.boolean(), reason: z.string().default(''), evaluationError: z.string().optional() }),
);

/** Is there such a namespace, and is it staying? `phase` is absent when there is none. */
export const ReadNamespace = defineRequest(
  'auth.namespace.read',
  z.object({
    name: z.string(),
    /** Those annotations that the answer shall have. */
    annotations: z.array(z.string()).optional(),
  }),
  z.object({
    uid: z.string().optional(),
    phase: z.enum(['Active', 'Terminating']).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
);

/** An owner reports that nothing of it is left in a terminating namespace. */
export const ReportNamespaceEmptied = defineRequest(
  'auth.namespace.emptied',
  z.object({ name: z.string(), uid: z.string(), owner: z.string() }),
  z.object({}),
);

/** What may a namespace hold of images? When that changes, `AccessChanged` of scope `namespace` says so. */
export const ReadImageLimits = defineRequest('auth.limits.read', z.object({ namespace: z.string() }), ImageLimits);

/** A public key as JSON Web Key (Ed25519), and whether its holder may speak for callers or only for itself. */
export const IdentityKey = z.object({
  kid: z.string(),
  service: z.string(),
  /** True for the public doors (gateway, registry); others sign only `system:faktorz:<service>`. */
  speaksForCallers: z.boolean(),
  jwk: z.record(z.string(), z.unknown()),
});
export type IdentityKey = z.infer<typeof IdentityKey>;

/** A service process makes its signing key known at start, and again every minute while it lives. */
export const RegisterIdentityKey = defineRequest(
  'auth.identity-key.register',
  z.object({ kid: z.string(), service: z.string(), jwk: z.record(z.string(), z.unknown()) }),
  z.object({}),
);

/** All identity keys in force. */
export const ListIdentityKeys = defineRequest(
  'auth.identity-key.list',
  z.object({}),
  z.object({ keys: z.array(IdentityKey) }),
);

/** A Secret's decrypted content: base64 values by key. */
export const SecretContent = z.object({
  name: z.string(),
  type: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
  data: z.record(z.string(), z.string()),
});
export type SecretContent = z.infer<typeof SecretContent>;

/** One Secret, for a service that acts on it (a webhook's signing key). */
export const ReadSecret = defineRequest(
  'auth.secret.read',
  z.object({ namespace: z.string(), name: z.string() }),
  z.object({ secret: SecretContent.optional() }),
);

/** The names of the pull secrets (dockercfg and dockerconfigjson) of a namespace, those excluded by annotation left out; their content is read one by one. `versions`, in the same order, tell whether what was read before still holds. */
export const ListPullSecrets = defineRequest(
  'auth.secret.list-pull',
  z.object({ namespace: z.string() }),
  z.object({ names: z.array(z.string()), versions: z.array(z.string()).optional() }),
);

/** Makes a Secret unless one of that name exists, and returns what is there. */
export const EnsureSecret = defineRequest(
  'auth.secret.ensure',
  z.object({ namespace: z.string(), secret: SecretContent }),
  z.object({ secret: SecretContent }),
);

/** In which namespaces may an identity do this? `everywhere`: in all; else at most `limit` names after `after`, in byte order. */
export const ListAllowedNamespaces = defineRequest(
  'auth.access.namespaces',
  z.object({
    identity: Identity,
    attributes: AccessAttributes,
    after: z.string(),
    limit: z.number().int().min(1).max(1000),
  }),
  z.object({ everywhere: z.boolean(), namespaces: z.array(z.string()) }),
);
