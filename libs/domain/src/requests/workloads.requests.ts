import { z } from 'zod';
import { defineRequest } from './define-request.js';

/** Is there such a pod, and whose account does it run as? `uid` is absent when there is none, or when it is going. */
export const ReadPod = defineRequest(
  'workloads.pod.read',
  z.object({ namespace: z.string(), name: z.string() }),
  z.object({ uid: z.string().optional(), serviceAccountName: z.string().optional() }),
);
