import { describe, expect, it } from '@jest/globals';
import { ColumnWriter } from './column-writer.js';
import { CustomColumnsPrinter } from './custom-columns.js';
import { humanDuration, shortAge } from './durations.js';
import { toCompactGoJson, toGoJson } from './go-json.js';
import { humanSize } from './sizes.js';
import { alignTabs, DESCRIBE_TABS, NARROW_TABS } from './tab-writer.js';
import { TablePrinter } from './table-printer.js';

const OPTIONS = { wide: false, headers: true, withNamespace: false, showLabels: false, labelColumns: [] };
const TABLE = {
  columnDefinitions: [
    { name: 'Name', type: 'string', priority: 0 },
    { name: 'Digest', type: 'string', priority: 1 },
    { name: 'Tags', type: 'string', priority: 0 },
  ],
  rows: [
    { cells: ['ruby', 'sha256:1', '2.0'], object: { metadata: { namespace: 'store', labels: { b: '2', a: '1' } } } },
    { cells: ['a-longer-name', 'sha256:2', 'one\ntwo'], object: { metadata: { namespace: 'store' } } },
  ],
};

describe('tables', () => {
  it('hides columns of low priority and cuts cells at line breaks', () => {
    expect(new TablePrinter(OPTIONS).print(TABLE)).toBe(
      'NAME            TAGS\nruby            2.0\na-longer-name   one...\n',
    );
  });

  it('shows everything, namespaces and sorted labels when asked', () => {
    const printer = new TablePrinter({ ...OPTIONS, wide: true, withNamespace: true, showLabels: true });
    expect(printer.print(TABLE).split('\n').slice(0, 2)).toEqual([
      'NAMESPACE   NAME            DIGEST     TAGS     LABELS',
      'store       ruby            sha256:1   2.0      a=1,b=2',
    ]);
  });

  it('prints the header once and keeps later rows under it', () => {
    const printer = new TablePrinter(OPTIONS);
    printer.print(TABLE);
    const later = printer.print({ columnDefinitions: null, rows: [{ cells: ['x', '', '3'] }] });
    expect(later).toBe('x               3\n');
  });

  it('makes no column narrower than six', () => {
    expect(new ColumnWriter().format([['a', 'b']])).toBe('a     b\n');
  });

  it('prints custom columns, <none> for what is missing', () => {
    const printer = new CustomColumnsPrinter('NAME:.metadata.name,TAGS:.tags[*]', true);
    expect(printer.print([{ metadata: { name: 'ruby' }, tags: ['1', '2'] }, { metadata: { name: 'py' } }])).toBe(
      'NAME   TAGS\nruby   1,2\npy     <none>\n',
    );
  });
});

describe('tab stops', () => {
  it('gives neighbouring lines common columns of eights, and lines without tabs none', () => {
    expect(alignTabs('Name:\truby\nImage Repository:\there\n\nlatest\n  tagged\nA:\tb\n', DESCRIBE_TABS)).toBe(
      'Name:\t\t\truby\nImage Repository:\there\n\nlatest\n  tagged\nA:\tb\n',
    );
  });

  it('aligns a second column below the first', () => {
    expect(alignTabs('Layers:\t129B\tx\n\t1.5kB\ty\n', DESCRIBE_TABS)).toBe('Layers:\t129B\tx\n\t1.5kB\ty\n');
  });

  it('separates the columns of set by two spaces', () => {
    expect(alignTabs('NAME\tLOCAL\ndeployments/web\ttrue\n', NARROW_TABS)).toBe(
      'NAME             LOCAL\ndeployments/web  true\n',
    );
  });
});

describe('words for numbers', () => {
  it.each([
    [400, 'Less than a second'],
    [1000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, 'About a minute'],
    [3_540_000, '59 minutes'],
    [3_600_000, 'About an hour'],
    [47 * 3_600_000, '47 hours'],
    [48 * 3_600_000, '2 days'],
    [15 * 86_400_000, '2 weeks'],
    [70 * 86_400_000, '2 months'],
    [800 * 86_400_000, '2 years'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it.each([
    [5, '5s'],
    [130, '2m10s'],
    [660, '11m'],
    [3600 * 5, '5h'],
    [3600 * 30, '30h'],
    [86_400 * 3, '3d'],
    [86_400 * 800, '2y70d'],
  ])('%d s ago is %s', (seconds, text) => {
    const now = new Date('2031-01-01T00:00:00Z');
    expect(shortAge(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(text);
  });

  it.each([
    [0, '0B'],
    [976, '976B'],
    [1017, '1.017kB'],
    [183_412_345, '183.4MB'],
    [430_000_000, '430MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text);
  });
});

describe('JSON as Go writes it', () => {
  it('escapes what HTML would take for markup', () => {
    expect(toCompactGoJson({ a: '<b> & c' })).toBe('{"a":"\\u003cb\\u003e \\u0026 c"}');
    expect(toGoJson({ a: ['>'], b: {} })).toBe('{\n    "a": [\n        "\\u003e"\n    ],\n    "b": {}\n}');
  });

  it('sorts keys where Go prints a map', () => {
    expect(toCompactGoJson({ b: { d: 1, c: 2 }, a: [] })).toBe('{"a":[],"b":{"c":2,"d":1}}');
  });
});
