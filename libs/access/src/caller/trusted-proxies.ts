import { BlockList, isIP } from 'node:net';

/** The list of proxies holds something else than an address or a network. */
export class BadProxyAddress extends Error {
  constructor(readonly entry: string) {
    super(`${JSON.stringify(entry)} is neither an address nor a network such as 10.0.0.0/8`);
  }
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;

/** Proxies in front of this door whose word on a client's address is taken; everybody else could write what he likes. */
export class TrustedProxies {
  private readonly list = new BlockList();
  private isEmpty = true;

  /** Reads addresses and networks separated by commas. Throws `BadProxyAddress`. */
  static parse(text: string): TrustedProxies {
    const proxies = new TrustedProxies();
    for (const entry of text.split(',').map((part) => part.trim())) if (entry !== '') proxies.add(entry);
    return proxies;
  }

  /**
   * The address a request came from: that of the connection, or, where a trusted proxy holds that, the last one in
   * `X-Forwarded-For` which is none of ours. What clients wrote before it counts for nothing.
   */
  clientAddress(connection: string | undefined, forwardedFor: string | undefined): string {
    let address = plain(connection ?? '');
    if (this.isEmpty || forwardedFor === undefined) return address;
    for (const entry of forwardedFor.split(',').reverse()) {
      if (!this.includes(address)) return address;
      const previous = plain(entry.trim());
      if (isIP(previous) === 0) return address;
      address = previous;
    }
    return address;
  }

  private includes(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  private add(entry: string): void {
    const [address = '', bits, ...more] = entry.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    if (version === 0 || more.length > 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= longest)))
      throw new BadProxyAddress(entry);
    this.list.addSubnet(address, Number(bits ?? longest), version === 4 ? 'ipv4' : 'ipv6');
    this.isEmpty = false;
  }
}

function plain(address: string): string {
  const [, v4, v6] = WITH_PORT.exec(address) ?? [];
  const bare = v4 ?? v6 ?? address;
  return MAPPED_IPV4.exec(bare)?.[1] ?? bare;
}
