import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import type { OutboundPolicy } from './outbound-policy.js';

export interface OutboundAgentOptions {
  policy: OutboundPolicy;
  /** PEM certificates trusted beside the system's. */
  certificateAuthorities?: readonly string[];
  /** Accepts any server certificate. Default false. */
  skipVerification?: boolean;
  /** How long a connection may take, TLS included. Default 10 s. */
  connectTimeoutMs?: number;
  /** Connections per origin. Default 32. */
  connections?: number;
}

/**
 * An undici `Agent` whose every connection goes only where the policy lets it: the check is made on the address at
 * connect time, so redirects, token realms and names whose DNS answer changes meet it too. Refusals surface as
 * `OutboundRefused`. The caller closes it.
 */
export function createOutboundAgent(options: OutboundAgentOptions): Agent {
  const { policy, connectTimeoutMs = 10_000, connections = 32 } = options;
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    rejectUnauthorized: !options.skipVerification,
    lookup: guardedLookup(policy),
    ...(options.certificateAuthorities?.length ? { ca: [...rootCertificates, ...options.certificateAuthorities] } : {}),
  });
  return new Agent({
    connections,
    keepAliveTimeout: 10_000,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // For an address literal Node asks no resolver, so `lookup` never sees it.
      if (isIP(host) !== 0 && !policy.allows(host, host)) callback(policy.refusal(host, host), null);
      else connect(target, callback);
    },
  });
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** `dns.lookup` that keeps only allowed addresses and fails when none is left. */
function guardedLookup(policy: OutboundPolicy) {
  return (host: string, options: LookupOptions, callback: LookupCallback): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => policy.allows(host, address));
      const first = allowed[0];
      const refused = addresses[0];
      if (!first)
        return callback(refused ? policy.refusal(host, refused.address) : new Error(`${host} has no address`), []);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
