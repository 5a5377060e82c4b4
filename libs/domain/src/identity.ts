import { z } from 'zod';

/** Who a request is made for, as authenticated at a public door. */
export const Identity = z.object({
  user: z.string(),
  uid: z.string().optional(),
  groups: z.array(z.string()).default([]),
  /** Token scopes such as `user:full`; absent where the credential carries none. */
  scopes: z.array(z.string()).optional(),
  extra: z.record(z.string(), z.array(z.string())).optional(),
});
export type Identity = z.infer<typeof Identity>;

/** Kubernetes' name of the group that may do everything. */
export const MASTERS_GROUP = 'system:masters';
