import { EVENT_STREAM, inboxPrefixOf } from './subjects.js';

/** What a service's user may do on nats-server. */
export interface NatsUser {
  service: string;
  publish: { allow: readonly string[]; deny: readonly string[] };
  subscribe: { allow: readonly string[] };
}

/** What a service does on NATS, from which its permissions follow. */
interface ServicePart {
  publishes: boolean;
  /** Owners whose events it reads, for its cursor or a cache. */
  reads: readonly string[];
  /** Services it asks, beside the logs of the owners it reads. */
  asks: readonly string[];
  /** Requests among those that it must not ask. */
  never?: readonly string[];
}

/** What only a public door asks: logins, and what it has seen. */
const DOOR_ONLY = ['auth.login.*', 'auth.audit.*'];

/** What only the registry asks of tag-tracker. */
const REGISTRY_ONLY = ['tag-tracker.history.remove'];

const PARTS: Readonly<Record<string, ServicePart>> = {
  auth: { publishes: true, reads: [], asks: ['workloads'] },
  gateway: {
    publishes: false,
    reads: ['auth'],
    asks: ['auth'],
    never: ['auth.secret.*', 'auth.namespace.emptied'],
  },
  'tag-tracker': {
    publishes: true,
    reads: ['auth', 'importer'],
    asks: ['auth'],
    never: ['auth.secret.ensure', ...DOOR_ONLY],
  },
  importer: {
    publishes: true,
    reads: ['auth', 'tag-tracker'],
    asks: ['auth', 'tag-tracker'],
    never: ['auth.secret.ensure', ...DOOR_ONLY, ...REGISTRY_ONLY],
  },
  registry: {
    publishes: false,
    reads: ['auth', 'tag-tracker'],
    asks: ['auth', 'tag-tracker'],
    never: ['auth.secret.ensure', 'auth.namespace.emptied', 'auth.login.*', 'tag-tracker.import.apply'],
  },
  'trigger-dispatcher': {
    publishes: true,
    reads: ['auth', 'tag-tracker', 'importer', 'trigger-dispatcher'],
    asks: ['auth', 'tag-tracker'],
    never: ['tag-tracker.import.apply', ...DOOR_ONLY, ...REGISTRY_ONLY],
  },
  workloads: {
    publishes: false,
    reads: ['auth'],
    asks: ['auth', 'tag-tracker'],
    never: ['auth.secret.*', 'tag-tracker.import.apply', ...DOOR_ONLY, ...REGISTRY_ONLY],
  },
};

/** Services that have a user. */
export const NATS_SERVICES: readonly string[] = Object.keys(PARTS);

/**
 * The users of nats-server, one for each service: it publishes its own events, asks under its own name, answers what it
 * is asked, and reads its own replies.
 */
export function natsUsers(services: readonly string[] = NATS_SERVICES): NatsUser[] {
  return services.map((service) => {
    const part = PARTS[service];
    if (!part) throw new Error(`no NATS permissions are written down for ${service}`);
    return userOf(service, part);
  });
}

function userOf(service: string, { publishes, reads, asks, never = [] }: ServicePart): NatsUser {
  return {
    service,
    publish: {
      allow: [
        ...(publishes ? [`faktorz.events.${service}.>`] : []),
        ...asks.map((owner) => `faktorz.rpc.${owner}.*.*.${service}`),
        ...reads.map((owner) => `faktorz.rpc.${owner}.log.*.${service}`),
        ...streamRequests(publishes || reads.length > 0),
        ...reads.map((owner) => `$JS.API.CONSUMER.CREATE.${EVENT_STREAM}.*.faktorz.events.${owner}.>`),
        ...(reads.length > 0 ? consumerRequests() : []),
      ],
      deny: never.map((request) => `faktorz.rpc.${request}.${service}`),
    },
    subscribe: { allow: [`faktorz.rpc.${service}.*.*.*`, `${inboxPrefixOf(service)}.>`] },
  };
}

function streamRequests(needed: boolean): string[] {
  return needed ? [`$JS.API.STREAM.INFO.${EVENT_STREAM}`, `$JS.API.STREAM.CREATE.${EVENT_STREAM}`] : [];
}

function consumerRequests(): string[] {
  return ['INFO', 'DELETE', 'MSG.NEXT'].map((verb) => `$JS.API.CONSUMER.${verb}.${EVENT_STREAM}.*`);
}
