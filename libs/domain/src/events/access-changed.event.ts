import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** Who may do what has changed: whatever was cached about these names is to be asked anew. Published by auth. */
export const AccessChanged = defineEvent(
  'auth',
  'AccessChanged',
  z.object({
    position: fields.position,
    scope: z.enum(['user', 'token', 'role', 'binding', 'namespace']),
    names: z.array(z.string()).describe('What changed; empty means everything of that scope.'),
    namespace: z.string().optional().describe('Where, for roles and bindings of a namespace.'),
  }),
);
