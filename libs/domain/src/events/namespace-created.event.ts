import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** There is a new namespace. Published by auth. */
export const NamespaceCreated = defineEvent(
  'auth',
  'NamespaceCreated',
  z.object({ position: fields.position, namespace: z.string(), uid: fields.uid }),
);
