import { describe, expect, it } from '@jest/globals';
import { BadProxyAddress, TrustedProxies } from './trusted-proxies.js';

const proxies = TrustedProxies.parse('10.0.0.0/8, 192.0.2.7, 2001:db8::/32');

describe('the address a request came from', () => {
  it.each<[string, string, string | undefined, string]>([
    ['without a proxy', '198.51.100.1', undefined, '198.51.100.1'],
    ['by somebody who only says that he is a proxy', '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['through a proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['through a proxy, with words of the client before', '10.1.2.3', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['through two proxies', '192.0.2.7', '203.0.113.9, 10.0.0.1', '203.0.113.9'],
    ['through a proxy that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['through a proxy that says nonsense', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['from a proxy itself', '10.1.2.3', '10.4.5.6', '10.4.5.6'],
    ['over IPv6', '2001:db8::1', '2001:470::5', '2001:470::5'],
    ['over IPv4 as IPv6 writes it', '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['with ports', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
    ['with ports over IPv6', '10.1.2.3', '[2001:470::5]:4711', '2001:470::5'],
  ])('%s', (_case, connection, header, expected) => {
    expect(proxies.clientAddress(connection, header)).toBe(expected);
  });

  it('is that of the connection when no proxy is trusted', () => {
    expect(TrustedProxies.parse('').clientAddress('10.1.2.3', '203.0.113.9')).toBe('10.1.2.3');
  });

  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '1.2.3', '::1/129'])(
    '%s is refused',
    (entry) => {
      expect(() => TrustedProxies.parse(entry)).toThrow(BadProxyAddress);
    },
  );
});
