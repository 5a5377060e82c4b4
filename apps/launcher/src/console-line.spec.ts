import { describe, expect, it } from '@jest/globals';
import { consoleLine, sentenceOf } from './console-line.js';

const record = (fields: object): string => JSON.stringify({ time: 't', service: 'importer', pid: 1, ...fields });

describe('what the console shows of a log', () => {
  it.each([
    [
      'errors with their cause',
      record({ level: 'error', context: 'Relay', msg: 'lost', err: { message: 'no route' } }),
      '[importer] error Relay: lost: no route',
    ],
    ['warnings', record({ level: 'warn', msg: 'slow' }), '[importer] warn slow'],
    ['lines that are no records', 'Segmentation fault', '[importer] Segmentation fault'],
    ['no chatter', record({ level: 'info', msg: 'started' }), undefined],
    ['no empty lines', '  ', undefined],
  ])('%s', (_name, line, shown) => {
    expect(consoleLine('importer', line, false)).toBe(shown);
  });

  it('is everything on request', () => {
    expect(consoleLine('importer', record({ level: 'info', context: 'Relay', msg: 'started' }), true)).toBe(
      '[importer] info Relay: started',
    );
  });
});

it('the sentence of a record is its message and cause', () => {
  expect(sentenceOf(record({ msg: 'no import', err: { message: 'late' } }))).toBe('no import: late');
  expect(sentenceOf('plain')).toBe('plain');
});
