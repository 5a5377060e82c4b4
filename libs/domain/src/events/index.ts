import { AccessChanged } from './access-changed.event.js';
import type { EventDefinition } from './define-event.js';
import { ImageImported } from './image-imported.event.js';
import { ImagePushed } from './image-pushed.event.js';
import { ImportFailed } from './import-failed.event.js';
import { ImportRequested } from './import-requested.event.js';
import { NamespaceCreated } from './namespace-created.event.js';
import { NamespaceTerminating } from './namespace-terminating.event.js';
import { StreamDeleted } from './stream-deleted.event.js';
import { TagDeleted } from './tag-deleted.event.js';
import { TagUpdated } from './tag-updated.event.js';
import { TriggerFired } from './trigger-fired.event.js';
import { WebhookDelivered } from './webhook-delivered.event.js';
import { WebhookFailed } from './webhook-failed.event.js';

/** Every event there is, in the order of its travel. */
export const allEvents: readonly EventDefinition[] = [
  ImportRequested,
  ImageImported,
  ImportFailed,
  ImagePushed,
  TagUpdated,
  TagDeleted,
  StreamDeleted,
  TriggerFired,
  WebhookDelivered,
  WebhookFailed,
  AccessChanged,
  NamespaceCreated,
  NamespaceTerminating,
];

export {
  AccessChanged,
  ImageImported,
  ImagePushed,
  ImportFailed,
  ImportRequested,
  NamespaceCreated,
  NamespaceTerminating,
  StreamDeleted,
  TagDeleted,
  TagUpdated,
  TriggerFired,
  WebhookDelivered,
  WebhookFailed,
};
