import { z } from 'zod';
import { defineEvent } from './define-event.js';
import * as fields from './event-fields.js';

/** A namespace is being deleted: every owner removes what it has there and reports it (`ReportNamespaceEmptied`). Published by auth. */
export const NamespaceTerminating = defineEvent(
  'auth',
  'NamespaceTerminating',
  z.object({ position: fields.position, namespace: z.string(), uid: fields.uid }),
);
