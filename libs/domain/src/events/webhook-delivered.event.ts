import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** A webhook's receiver took an event. Published by trigger-dispatcher. */
export const WebhookDelivered = defineEvent(
  'trigger-dispatcher',
  'WebhookDelivered',
  z.object({
    position: fields.position,
    namespace: z.string().optional().describe('Namespace of the webhook.'),
    webhook: z.string().describe('Name of the webhook.'),
    eventId: z.string().describe('CloudEvents id of the event that was to be delivered.'),
    attempts: z.number().int().min(1),
    status: z.number().int().optional().describe('HTTP status of the last answer; absent when none came.'),
    error: z.string().optional().describe('Why earlier attempts failed.'),
  }),
);
