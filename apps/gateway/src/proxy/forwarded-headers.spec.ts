import { describe, expect, it } from '@jest/globals';
import { requestHeaders, responseHeaders } from './forwarded-headers.js';

describe('requestHeaders', () => {
  it.each([
    'Authorization',
    'Cookie',
    'Host',
    'Transfer-Encoding',
    'Upgrade',
    'TE',
    'Expect',
    'X-FaktorZ-Identity',
    'x-faktorz-anything',
    'X-Remote-User',
    'Impersonate-User',
    'X-Forwarded-For',
    'Proxy-Authorization',
  ])('drops %s', (name) => {
    expect(requestHeaders([name, 'value'], undefined)).toEqual([]);
  });

  it('keeps what concerns the message, repeated headers in their order', () => {
    const raw = ['Accept', 'application/json', 'Content-Length', '2', 'Warning', 'a', 'Warning', 'b'];
    expect(requestHeaders(raw, undefined)).toEqual([
      'accept',
      'application/json',
      'content-length',
      '2',
      'warning',
      'a',
      'warning',
      'b',
    ]);
  });

  it('drops what Connection names', () => {
    expect(requestHeaders(['X-Hop', '1', 'Accept', '*/*'], 'close, X-Hop')).toEqual(['accept', '*/*']);
  });
});

describe('responseHeaders', () => {
  it('drops what concerns the connection and what is meant for services', () => {
    expect(
      responseHeaders({
        'transfer-encoding': 'chunked',
        connection: 'keep-alive',
        'x-faktorz-replica': '1',
        etag: '"a"',
        warning: '299 - "x"',
      }),
    ).toEqual({ 'x-content-type-options': 'nosniff', etag: '"a"', warning: '299 - "x"' });
  });
});
