import { describe, expect, it } from '@jest/globals';
import { BadOutboundRule, OutboundPolicy, OutboundRefused } from './outbound-policy.js';

describe('OutboundPolicy', () => {
  it.each([
    ['', 'x', '93.184.216.34', true],
    ['', 'x', '2606:2800:220:1::1', true],
    ['', 'x', '127.0.0.1', false],
    ['', 'x', '::1', false],
    ['', 'x', '0.0.0.0', false],
    ['', 'x', '10.1.2.3', false],
    ['', 'x', '100.64.0.1', false],
    ['', 'x', 'fd12::1', false],
    ['', 'x', '::ffff:192.168.1.1', false],
    ['', 'x', '64:ff9b::a00:1', false],
    ['', 'x', '169.254.169.254', false],
    ['', 'x', '168.63.129.16', false],
    ['', 'x', 'fe80::1%eth0', false],
    ['', 'x', '224.0.0.1', false],
    ['loopback', 'x', '127.0.0.1', true],
    ['loopback', 'x', '::1', true],
    ['loopback', 'x', '10.0.0.1', false],
    ['10.0.0.0/8', 'x', '10.200.0.1', true],
    ['10.0.0.0/8', 'x', '::ffff:10.200.0.1', true],
    ['10.0.0.0/8', 'x', '192.168.0.1', false],
    ['fd00::/8', 'x', 'fd12::1', true],
    ['192.168.7.7', 'x', '192.168.7.7', true],
    ['*.corp.example', 'reg.corp.example', '10.0.0.1', true],
    ['*.corp.example', 'reg.other.example', '10.0.0.1', false],
    ['reg.example', 'REG.example', '192.168.0.1', true],
    ['reg.example', 'reg.example', '169.254.169.254', false],
    ['169.254.169.254', 'x', '169.254.169.254', true],
  ])('with %j lets %s at %s pass: %s', (rules, host, address, allowed) => {
    expect(OutboundPolicy.parse(rules).allows(host, address)).toBe(allowed);
  });

  it('checks what a URL tells without asking a resolver', () => {
    const policy = new OutboundPolicy();
    expect(() => policy.checkUrl(new URL('http://127.0.0.1/'))).toThrow(OutboundRefused);
    expect(() => policy.checkUrl(new URL('http://[::1]/'))).toThrow(OutboundRefused);
    expect(() => policy.checkUrl(new URL('ftp://example.com/'))).toThrow(TypeError);
    expect(() => policy.checkUrl(new URL('https://user@example.com/'))).toThrow(TypeError);
    expect(() => policy.checkUrl(new URL('https://example.com/'))).not.toThrow();
  });

  it.each(['10.0.0.0/99', 'a b', 'ex/ample'])('refuses the rule %j', (rule) => {
    expect(() => OutboundPolicy.parse(rule)).toThrow(BadOutboundRule);
  });
});
