import ipaddr from 'ipaddr.js';
import { addressKind, plainAddress, type AddressKind } from './address-kind.js';

/** What may be reached besides public addresses. */
export interface OutboundRules {
  /** Allows 127.0.0.0/8 and ::1. Default false. */
  allowLoopback?: boolean;
  /** Host names (globs such as `*.corp.example` match any depth) whose private and loopback addresses are allowed. */
  allowedHosts?: readonly string[];
  /** Networks (`10.0.0.0/8`, `fd00::/8`) and single addresses that are allowed whatever they are. */
  allowedNetworks?: readonly string[];
}

/** An outgoing connection was refused because of where it leads. */
export class OutboundRefused extends Error {
  constructor(
    readonly host: string,
    /** The address `host` stands for. */
    readonly address: string,
    readonly kind: AddressKind,
    options?: ErrorOptions,
  ) {
    super(
      `connections to ${host === address ? host : `${host} (${address})`} are refused: it is a ${kind} address and not among the allowed ones`,
      options,
    );
    this.name = 'OutboundRefused';
  }
}

/** An entry of the allow-list is neither a host name, an address nor a network. */
export class BadOutboundRule extends Error {
  constructor(readonly rule: string) {
    super(
      `"${rule}" is no host name, address or network (write loopback, registry.example, *.corp.example, 10.0.0.7 or 10.0.0.0/8)`,
    );
    this.name = 'BadOutboundRule';
  }
}

/**
 * Decides where a service may connect to on behalf of users: public addresses always; loopback, private, link-local and
 * metadata addresses only where allowed. It judges resolved addresses, so a name cannot hide where it leads.
 */
export class OutboundPolicy {
  private readonly hosts: readonly RegExp[];
  private readonly networks: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  constructor(private readonly rules: OutboundRules = {}) {
    this.hosts = (rules.allowedHosts ?? []).map(hostPattern);
    this.networks = (rules.allowedNetworks ?? []).map(parseNetwork);
  }

  /** Reads a list such as `loopback,10.0.0.0/8,registry.internal`; throws `BadOutboundRule`. */
  static parse(list: string): OutboundPolicy {
    const allowedHosts: string[] = [];
    const allowedNetworks: string[] = [];
    let allowLoopback = false;
    for (const rule of list.split(',').map((part) => part.trim())) {
      if (rule === '') continue;
      if (rule === 'loopback') allowLoopback = true;
      else if (rule.includes('/') || ipaddr.isValid(rule)) allowedNetworks.push(rule);
      else allowedHosts.push(rule);
    }
    return new OutboundPolicy({ allowLoopback, allowedHosts, allowedNetworks });
  }

  /** Is this address, to which `host` resolved, allowed? */
  allows(host: string, address: string): boolean {
    const kind = addressKind(address);
    if (kind === 'public') return true;
    if (this.isInAllowedNetwork(address)) return true;
    if (kind === 'loopback' && this.rules.allowLoopback) return true;
    // A name in the list vouches for an internal service, never for the metadata service its DNS may be bent to.
    return (kind === 'private' || kind === 'loopback') && this.hosts.some((pattern) => pattern.test(bareHost(host)));
  }

  /** The error to raise for an address that `allows` refuses. */
  refusal(host: string, address: string): OutboundRefused {
    return new OutboundRefused(bareHost(host), address, addressKind(address));
  }

  /**
   * Checks a URL before anything is sent, as far as that goes without DNS: http or https, no credentials in it, and an
   * address literal that is allowed. Throws `OutboundRefused` or a `TypeError`.
   */
  checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new TypeError(`only http and https URLs are allowed, not ${url.protocol}`);
    if (url.username !== '' || url.password !== '')
      throw new TypeError('the URL must not carry a user name or password');
    const host = bareHost(url.hostname);
    if (ipaddr.isValid(host) && !this.allows(host, host)) throw this.refusal(host, host);
  }

  private isInAllowedNetwork(text: string): boolean {
    const address = plainAddress(text);
    return this.networks.some(
      ([base, bits]) => address.kind() === base.kind() && address.match(base as ipaddr.IPv4 & ipaddr.IPv6, bits),
    );
  }
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}

function hostPattern(glob: string): RegExp {
  if (!/^[a-z0-9*](?:[a-z0-9.*_-]*[a-z0-9*])?$/i.test(glob)) throw new BadOutboundRule(glob);
  return new RegExp(`^${glob.toLowerCase().replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}

function parseNetwork(rule: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (rule.includes('/')) return ipaddr.parseCIDR(rule);
    const address = plainAddress(rule);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    throw new BadOutboundRule(rule);
  }
}
