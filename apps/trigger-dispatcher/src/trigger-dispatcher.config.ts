import { OutboundPolicy } from '@faktorz/registry-client';
import { flag, serviceEnv } from '@faktorz/service-kit';
import { z } from 'zod';

const outboundPolicy = z.string().transform((list, context) => {
  try {
    return OutboundPolicy.parse(list);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Every variable trigger-dispatcher reads. */
export const triggerDispatcherEnv = serviceEnv.extend({
  FAKTORZ_HTTP_PORT: serviceEnv.shape.FAKTORZ_HTTP_PORT.default(8454),
  FAKTORZ_TRIGGER_DISPATCHER_PAUSED: flag
    .default(false)
    .describe('With `true` nothing fires; all is recorded, and made up for on resume.'),
  FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(15_000)
    .describe('How long the receiver of a webhook may take to answer.'),
  FAKTORZ_TRIGGER_DISPATCHER_LEDGER_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe('How long trigger records are kept after they ended; the newest of each tag at each object stay.'),
  FAKTORZ_REGISTRY_INTERNAL_HOST: z
    .string()
    .optional()
    .describe('Host and port by which our registry is reached from inside; other clusters get another name for it.'),
  FAKTORZ_REGISTRY_PUBLIC_HOST: z
    .string()
    .optional()
    .describe('Host and port by which our registry is reached from outside, and so from other clusters.'),
  FAKTORZ_OUTBOUND_ALLOWED: outboundPolicy
    .default(new OutboundPolicy())
    .describe(
      'Destinations outgoing requests may have beside public addresses: `loopback`, host names (`*.corp.example`), addresses and networks (`10.0.0.0/8`), separated by commas.',
    ),
});

export type TriggerDispatcherConfig = z.infer<typeof triggerDispatcherEnv>;
