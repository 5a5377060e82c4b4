import ipaddr from 'ipaddr.js';

/** What an address is good for, as far as outgoing requests care. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'link-local' | 'metadata' | 'reserved';

/**
 * Cloud metadata services that do not lie in a link-local range: Azure's wire server, Alibaba's and AWS's IPv6 one.
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const METADATA_ADDRESSES = new Set([
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

/** Classifies an IP address; an IPv4 address inside an IPv6 one (mapped, NAT64) counts as the IPv4 address. Throws on anything but an address. */
export function addressKind(text: string): AddressKind {
  const address = plainAddress(text);
  const normal = address.toString();
  if (METADATA_ADDRESSES.has(normal) || normal === '169.254.169.254') return 'metadata';
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'loopback':
      return 'loopback';
    case 'linkLocal':
      return 'link-local';
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return 'private';
    default:
      return 'reserved';
  }
}

/** Parses an address and unwraps IPv4 addresses carried in IPv6 ones, so that `::ffff:10.0.0.1` cannot pass for something else. */
export function plainAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const address = ipaddr.parse(text.split('%', 1)[0] ?? text);
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.range() === 'rfc6052') return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}
