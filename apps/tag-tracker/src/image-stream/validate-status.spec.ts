import { describe, expect, it } from '@jest/globals';
import type { TagEvent } from '@faktorz/domain';
import type { ImageStream } from './image-stream.js';
import { validateStatus } from './validate-status.js';

const event = (dockerImageReference: string): TagEvent => ({
  created: '2024-01-02T03:04:05Z',
  dockerImageReference,
  image: '',
  generation: 1,
});
const stream = (...places: string[]): ImageStream => ({
  kind: 'ImageStream',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name: 'app', namespace: 'shop' },
  spec: { lookupPolicy: { local: false } },
  status: { dockerImageRepository: '', tags: [{ tag: 'v1', items: places.map(event) }] },
});

describe('validateStatus', () => {
  it('takes references that can be read', () => {
    expect(validateStatus(stream('a.example/b/c:1'), stream(), undefined)).toEqual([]);
  });

  it('names each that cannot, unless it was there before', () => {
    expect(validateStatus(stream('A b', '', 'x/Y'), stream('x/Y'), undefined)).toEqual([
      expect.objectContaining({
        field: 'status.tags[v1].items[0].dockerImageReference',
        value: 'A b',
        detail: 'invalid reference format',
      }),
      expect.objectContaining({
        field: 'status.tags[v1].items[1].dockerImageReference',
        detail: 'repository name must have at least one component',
      }),
    ]);
  });

  it('keeps to the allowed registries', () => {
    const errors = validateStatus(stream('a.example/b/c', 'old.example/b/c'), stream('old.example/b/c'), () => 'no');
    expect(errors).toEqual([
      { field: 'status.tags[v1].items[0].dockerImageReference', type: 'Forbidden', detail: 'no' },
    ]);
  });
});
