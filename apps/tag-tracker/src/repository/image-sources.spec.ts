import { describe, expect, it } from '@jest/globals';
import { imageSources } from './image-sources.js';

const place = (reference: string, options: { insecure?: boolean; isNewest?: boolean } = {}) => ({
  reference,
  insecure: false,
  isNewest: true,
  ...options,
});
const sourcesOf = (...places: ReturnType<typeof place>[]) => imageSources(places, new Set(['here:5000']));

describe('the repositories a stream’s blobs can come from', () => {
  it('are those of newest entries before older ones, each once', () => {
    expect(
      sourcesOf(
        place('z.example/a/b:1'),
        place('y.example/a/b:2', { isNewest: false }),
        place('z.example/a/b:3', { isNewest: false }),
      ),
    ).toEqual([
      { repository: 'z.example/a/b', insecure: false },
      { repository: 'y.example/a/b', insecure: false },
    ]);
  });

  it('are secure ones first, then by name', () => {
    const sources = sourcesOf(place('a.example/x', { insecure: true }), place('c.example/x'), place('b.example/x'));
    expect(sources.map(({ repository }) => repository)).toEqual(['b.example/x', 'c.example/x', 'a.example/x']);
  });

  it('are all insecure on a registry where one is', () => {
    const sources = sourcesOf(place('a.example/x', { insecure: true }), place('a.example/y'));
    expect(sources.map(({ insecure }) => insecure)).toEqual([true, true]);
  });

  it('have docker hub’s defaults', () => {
    expect(sourcesOf(place('ruby:2'))).toEqual([{ repository: 'docker.io/library/ruby', insecure: false }]);
  });

  it('are never the integrated registry itself, nor what is no reference', () => {
    expect(sourcesOf(place('here:5000/a/b:1'), place('///'))).toEqual([]);
  });
});
