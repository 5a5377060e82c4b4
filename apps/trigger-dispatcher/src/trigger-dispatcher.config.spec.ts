import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@faktorz/service-kit';
import { triggerDispatcherEnv } from './trigger-dispatcher.config.js';

const needed = { FAKTORZ_DATABASE_URL: 'postgres://trigger_dispatcher:x@127.0.0.1/faktorz' };

describe('the configuration', () => {
  it('allows public receivers only, and gives them 15 s', () => {
    const config = readConfig(triggerDispatcherEnv, needed);
    expect(config.FAKTORZ_TRIGGER_DISPATCHER_PAUSED).toBe(false);
    expect(config.FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS).toBe(15_000);
    expect(config.FAKTORZ_OUTBOUND_ALLOWED.allows('localhost', '127.0.0.1')).toBe(false);
    expect(config.FAKTORZ_OUTBOUND_ALLOWED.allows('example.com', '93.184.216.34')).toBe(true);
  });

  it.each([
    ['FAKTORZ_OUTBOUND_ALLOWED', '10.0.0.0/99'],
    ['FAKTORZ_TRIGGER_DISPATCHER_PAUSED', 'maybe'],
    ['FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS', '0'],
  ])('refuses %s = %s by name', (name, value) => {
    expect(() => readConfig(triggerDispatcherEnv, { ...needed, [name]: value })).toThrow(name);
  });
});
