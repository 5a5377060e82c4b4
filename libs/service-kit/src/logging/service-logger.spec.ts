import { describe, expect, it } from '@jest/globals';
import { ServiceLogger } from './service-logger.js';

/** The records a logger of this level writes while `work` runs. */
function records(level: string, work: (logger: ServiceLogger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  work(new ServiceLogger('importer', level, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('ServiceLogger', () => {
  it('writes service, level, context and message', () => {
    expect(records('info', (logger) => logger.log('started', 'Relay'))).toEqual([
      expect.objectContaining({ service: 'importer', level: 'info', context: 'Relay', msg: 'started' }),
    ]);
  });

  it('keeps facts and errors as fields', () => {
    const [record] = records('info', (logger) =>
      logger.error('no import', { importId: 'i1' }, new Error('timed out'), 'Worker'),
    );
    expect(record).toMatchObject({
      level: 'error',
      context: 'Worker',
      msg: 'no import',
      importId: 'i1',
      err: { message: 'timed out', stack: expect.stringContaining('Error') },
    });
  });

  it('leaves out what is below its level', () => {
    expect(records('warn', (logger) => logger.log('chatter', 'X'))).toEqual([]);
  });
});
