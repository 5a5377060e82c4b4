import { serviceEnv } from '@faktorz/service-kit';
import type { z } from 'zod';

/** Every variable workloads reads. */
export const workloadsEnv = serviceEnv.extend({
  FAKTORZ_HTTP_PORT: serviceEnv.shape.FAKTORZ_HTTP_PORT.default(8455),
});

export type WorkloadsConfig = z.infer<typeof workloadsEnv>;
