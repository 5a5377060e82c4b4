import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { trustKey, type HostTrust, type TrustByHost } from '../policy/host-trust.js';
import type { OutboundPolicy } from './outbound-policy.js';

export interface OutboundAgentOptions {
  policy: OutboundPolicy;
  /** PEM certificates trusted beside the system's. */
  certificateAuthorities?: readonly string[];
  /** Authorities and client certificates of single servers: they count for, and are shown to, these alone. */
  trust?: TrustByHost;
  /** What else a connection needs: a client certificate, authorities in place of the system's, another server name. */
  tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'>;
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
  const { policy, trust, connections = 32 } = options;
  const connectors = new Map<HostTrust | undefined, buildConnector.connector>();
  const connectorFor = (hostTrust: HostTrust | undefined): buildConnector.connector => {
    const connector = connectors.get(hostTrust) ?? buildConnector(connectOptions(options, hostTrust));
    connectors.set(hostTrust, connector);
    return connector;
  };
  return new Agent({
    connections,
    keepAliveTimeout: 10_000,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // For an address literal Node asks no resolver, so `lookup` never sees it.
      if (isIP(host) !== 0 && !policy.allows(host, host)) callback(policy.refusal(host, host), null);
      else connectorFor(trust?.get(trustKey(target.hostname, target.port)))(target, callback);
    },
  });
}

function connectOptions(options: OutboundAgentOptions, hostTrust: HostTrust | undefined): buildConnector.BuildOptions {
  const authorities = [...(options.certificateAuthorities ?? []), ...(hostTrust?.certificateAuthorities ?? [])];
  return {
    timeout: options.connectTimeoutMs ?? 10_000,
    rejectUnauthorized: !options.skipVerification,
    lookup: guardedLookup(options.policy),
    ...(authorities.length > 0 ? { ca: [...rootCertificates, ...authorities] } : {}),
    ...(hostTrust?.clientKey ? { cert: hostTrust.clientCertificate, key: hostTrust.clientKey } : {}),
    ...options.tls,
  };
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
