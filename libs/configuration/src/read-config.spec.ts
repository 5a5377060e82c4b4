import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, configurationTable, flag, portNumber, readConfig, serviceUrls } from './index.js';

const schema = z.object({
  FAKTORZ_PORT: portNumber.default(8443).describe('Where it listens.'),
  FAKTORZ_NAME: z.string().describe('Its name | alias.'),
  FAKTORZ_PAUSED: flag.default(false).describe('Whether it rests.'),
  FAKTORZ_LEVEL: z.enum(['low', 'high']).optional().describe('How loud.'),
  FAKTORZ_PEER_URL: serviceUrls('http://127.0.0.1:1').describe('Where the peer is.'),
});

/** The problems of a configuration that is refused. */
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('readConfig', () => {
  it('fills defaults and gives typed values', () => {
    expect(readConfig(schema, { FAKTORZ_NAME: 'x', OTHER: 'ignored' })).toEqual({
      FAKTORZ_NAME: 'x',
      FAKTORZ_PORT: 8443,
      FAKTORZ_PAUSED: false,
      FAKTORZ_PEER_URL: ['http://127.0.0.1:1'],
    });
  });

  it('takes an empty variable as absent', () => {
    expect(readConfig(schema, { FAKTORZ_NAME: 'x', FAKTORZ_PORT: '' }).FAKTORZ_PORT).toBe(8443);
    expect(problemsOf({ FAKTORZ_NAME: '' })).toEqual(['FAKTORZ_NAME is missing']);
  });

  it('reads several URLs of one service', () => {
    const { FAKTORZ_PEER_URL } = readConfig(schema, { FAKTORZ_NAME: 'x', FAKTORZ_PEER_URL: 'http://a:1/, http://b:2' });
    expect(FAKTORZ_PEER_URL).toEqual(['http://a:1', 'http://b:2']);
  });

  it('names every bad variable in one error', () => {
    const names = problemsOf({
      FAKTORZ_PORT: '99999',
      FAKTORZ_PAUSED: 'yes',
      FAKTORZ_LEVEL: 'loud',
      FAKTORZ_PEER_URL: 'ftp://x',
    }).map((problem) => problem.split(' ')[0]);
    expect(names.sort()).toEqual([
      'FAKTORZ_LEVEL',
      'FAKTORZ_NAME',
      'FAKTORZ_PAUSED',
      'FAKTORZ_PEER_URL',
      'FAKTORZ_PORT',
    ]);
  });

  it('keeps values out of the message', () => {
    expect(problemsOf({ FAKTORZ_NAME: 'x', FAKTORZ_PORT: 'hunter2' }).join()).not.toContain('hunter2');
  });
});

describe('configurationTable', () => {
  it('has one sorted row per variable with default and meaning', () => {
    expect(configurationTable(schema).split('\n')).toEqual([
      '| variable | default | meaning |',
      '| --- | --- | --- |',
      '| `FAKTORZ_LEVEL` | – | How loud. One of `low`, `high`. |',
      '| `FAKTORZ_NAME` | required | Its name \\| alias. |',
      '| `FAKTORZ_PAUSED` | `false` | Whether it rests. One of `true`, `false`. |',
      '| `FAKTORZ_PEER_URL` | `http://127.0.0.1:1` | Where the peer is. |',
      '| `FAKTORZ_PORT` | `8443` | Where it listens. |',
      '',
    ]);
  });
});
