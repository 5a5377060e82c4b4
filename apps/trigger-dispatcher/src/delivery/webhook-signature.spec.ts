import { describe, expect, it } from '@jest/globals';
import { BadSigningSecret, signedHeaders, signingKey, signingSecret } from './webhook-signature.js';

describe('signedHeaders', () => {
  it('signs id, time and body as the published example of Standard Webhooks does', () => {
    const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret');
    const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', [key]);
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('signs with every key while receivers change over', () => {
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(signedHeaders('a', 1, '{}', keys)['webhook-signature']?.split(' ')).toHaveLength(2);
  });
});

describe('signingKey', () => {
  it('reads what signingSecret writes', () => {
    const bytes = Buffer.alloc(32, 7);
    expect(signingKey(signingSecret(bytes), 'secret')).toEqual(bytes);
  });

  it.each(['', 'whsec_', 'whsec_dG9vc2hvcnQ=', 'plain text', 'whsec_***'])('refuses %p', (text) => {
    expect(() => signingKey(text, 'secret')).toThrow(BadSigningSecret);
  });
});
