import { describe, expect, it } from '@jest/globals';
import type { KubeObject, TableColumn } from '@faktorz/apimachinery';
import {
  imageColumns,
  imageStreamColumns,
  imageStreamImageColumns,
  imageStreamTagColumns,
  imageTagColumns,
} from './columns.js';
import { packTags } from './pack-tags.js';

const now = new Date('2026-05-06T12:00:00Z');
const cells = (columns: readonly TableColumn<KubeObject>[], object: object) =>
  columns.map((column) => column.cell(object as KubeObject, now));
const changed = (tag: string, created: string) => ({
  tag,
  items: [{ created, dockerImageReference: 'r/a', image: 'sha256:1', generation: 1 }],
});

describe('packTags', () => {
  const same = '2026-05-06T11:00:00Z';
  it.each<[string, string[], string]>([
    ['nothing', [], ''],
    ['tags of one second by name', ['b', 'a'], 'a,b'],
    ['one long tag', ['x'.repeat(60)], 'x'.repeat(60)],
    [
      'what fills the width',
      ['aaaaaaaaa', 'bbbbbbbbb', 'ccccccccc', 'ddddddddd', 'e'],
      'aaaaaaaaa,bbbbbbbbb,ccccccccc,ddddddddd + 1 more...',
    ],
    [
      'a tag that leaves too much empty otherwise',
      ['a'.repeat(19), 'b'.repeat(24), 'c'],
      `${'a'.repeat(19)},${'b'.repeat(24)} + 1 more...`,
    ],
    ['no tag that is far too long', ['a'.repeat(19), 'b'.repeat(35)], `${'a'.repeat(19)} + 1 more...`],
    ['no tag when little is left', ['a'.repeat(33), 'b'.repeat(9)], `${'a'.repeat(33)} + 1 more...`],
  ])('shows %s', (_name, tags, cell) => {
    expect(packTags(tags.map((tag) => changed(tag, same)))).toBe(cell);
  });

  it('shows what changed last first, and tags without images last', () => {
    const tags = [
      changed('old', '2026-05-01T00:00:00Z'),
      { tag: 'failing', items: null },
      changed('new', '2026-05-02T00:00:00Z'),
    ];
    expect(packTags(tags)).toBe('new,old,failing');
  });
});

describe('imagestreams', () => {
  it('show the repository for people outside, else the source, else the one inside', () => {
    const repository = (spec: object, status: object) =>
      cells(imageStreamColumns, { metadata: { name: 'web' }, spec, status })[1];
    expect(
      repository(
        { dockerImageRepository: 'src/a' },
        { dockerImageRepository: 'in/a', publicDockerImageRepository: 'out/a' },
      ),
    ).toBe('out/a');
    expect(repository({ dockerImageRepository: 'src/a' }, { dockerImageRepository: 'in/a' })).toBe('src/a');
    expect(repository({}, { dockerImageRepository: 'in/a' })).toBe('in/a');
  });

  it('say when any tag changed last', () => {
    const status = { tags: [changed('a', '2026-05-06T11:59:50Z'), changed('b', '2026-05-06T10:00:00Z')] };
    expect(cells(imageStreamColumns, { metadata: { name: 'web' }, status })).toEqual([
      'web',
      '',
      'a,b',
      '10 seconds ago',
    ]);
    expect(cells(imageStreamColumns, { metadata: { name: 'web' } })).toEqual(['web', '', '', '']);
  });
});

describe('imagetags', () => {
  const from = { kind: 'DockerImage', name: 'r/a:1' };
  const event = (generation: number, image = 'sha256:1') => ({
    created: '2026-05-06T10:00:00Z',
    dockerImageReference: 'r/a:1',
    image,
    generation,
  });
  const failed = {
    type: 'ImportSuccess',
    status: 'False',
    reason: 'NotFound',
    lastTransitionTime: '2026-05-06T11:00:00Z',
    generation: 1,
  };
  const spec = (about: object) => ({ name: '1', importPolicy: {}, generation: 2, ...about });

  it.each<[string, object, unknown[]]>([
    ['nothing', { spec: null, status: null }, ['', '', null, '']],
    ['no source', { spec: spec({}) }, ['', '', null, '']],
    ['a source not yet imported', { spec: spec({ from }) }, ['Tag', 'r/a:1', null, '']],
    [
      'a reference',
      { spec: spec({ from, reference: true }), status: { items: [event(2, '')] } },
      ['Ref', 'r/a:1', 1, '2 hours ago'],
    ],
    [
      'a schedule',
      { spec: spec({ from, importPolicy: { scheduled: true } }), status: { items: [event(2)] } },
      ['Scheduled', 'image/sha256:1', 1, '2 hours ago'],
    ],
    [
      'a push over a source',
      { spec: spec({ from, importPolicy: { scheduled: true } }), status: { items: [event(3), event(2)] } },
      ['Push', 'image/sha256:1', 2, '2 hours ago'],
    ],
    [
      'a push without spec',
      { spec: null, status: { items: [event(1)] } },
      ['Push', 'image/sha256:1', 1, '2 hours ago'],
    ],
    ['a followed tag', { spec: spec({ from: { kind: 'ImageStreamTag', name: 'x' } }) }, ['Track', 'istag/x', null, '']],
    [
      'a tag of another stream',
      { spec: spec({ from: { kind: 'ImageStreamTag', name: 's:x', namespace: 'n' } }) },
      ['Tag', 'istag n/s:x', null, ''],
    ],
    [
      'an image of a stream',
      { spec: spec({ from: { kind: 'ImageStreamImage', name: 's@sha256:2' } }) },
      ['Tag', 'image/sha256:2', null, ''],
    ],
    [
      'a malformed name',
      { spec: spec({ from: { kind: 'ImageStreamImage', name: 'sha256:2' } }) },
      ['Tag', 'InvalidRefName', null, ''],
    ],
    ['an unknown kind', { spec: spec({ from: { kind: 'Pod', name: 'p' } }) }, ['Tag', 'InvalidRefKind', null, '']],
    [
      'an import under way',
      { spec: spec({ from, generation: 3 }), status: { items: [event(2)] } },
      ['Tag', 'Importing', 1, '2 hours ago'],
    ],
    [
      'a failed import',
      { spec: spec({ from }), status: { items: null, conditions: [failed] } },
      ['Tag', 'ImportFailed (NotFound)', null, 'About an hour ago'],
    ],
  ])('describe %s', (_name, object, expected) => {
    expect(cells(imageTagColumns, { metadata: { name: 's:1' }, ...object })).toEqual(['s:1', ...expected]);
  });
});

describe('images', () => {
  const image = { metadata: { name: 'sha256:1' }, dockerImageReference: 'r/a@sha256:1' };
  const metadata = { name: 's:1', creationTimestamp: '2026-05-06T11:59:00Z' };

  it('show where they can be pulled from', () => {
    expect(cells(imageColumns, image)).toEqual(['sha256:1', 'r/a@sha256:1']);
    expect(cells(imageStreamTagColumns, { metadata, image })).toEqual([
      's:1',
      'r/a@sha256:1',
      'About a minute ago',
      'sha256:1',
    ]);
    expect(cells(imageStreamImageColumns, { metadata, image })).toEqual([
      's:1',
      'About a minute ago',
      'r/a@sha256:1',
      'sha256:1',
    ]);
  });

  it('show names only when asked for more', () => {
    const wide = (columns: readonly TableColumn<KubeObject>[]) =>
      columns.filter(({ priority }) => priority === 1).map(({ name }) => name);
    expect(wide(imageStreamTagColumns)).toEqual(['Image Name']);
    expect(wide(imageStreamImageColumns)).toEqual(['Image Reference', 'Image Name']);
  });
});
