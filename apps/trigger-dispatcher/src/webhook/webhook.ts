import type { KubeObject } from '@faktorz/apimachinery';

export const EVENTS_GROUP = 'events.faktorz.io';
export const EVENTS_VERSION = 'v1';
export const EVENTS_API_VERSION = `${EVENTS_GROUP}/${EVENTS_VERSION}`;
export const WEBHOOKS = 'webhooks';

/** A subscription: events of the namespace are sent to a URL, signed. */
export interface Webhook extends KubeObject {
  spec: {
    /** http or https. */
    url: string;
    /** The Secret whose key `secret` signs; made as `<webhook>-signing` when absent. */
    secretRef: { name: string };
    /** Event names such as `TagUpdated`; empty: all that say something about streams, images and namespaces. */
    types?: string[];
    /** Globs of stream names; empty: all. */
    streams?: string[];
    /** Globs of tag names; empty: all. */
    tags?: string[];
    /** True: nothing is sent; what happens meanwhile is sent on resume. */
    suspend?: boolean;
  };
  status?: { suspendedReason?: string };
}

/** The Secret's key that signs, and the one that stays valid while receivers change over. */
export const SIGNING_KEY = 'secret';
export const PREVIOUS_KEY = 'previous';
