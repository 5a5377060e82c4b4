import { describe, expect, it } from '@jest/globals';
import { imageNotFound, importSucceeded, type Image } from '@faktorz/domain';
import type { ChangeTransaction, NewEvent } from '@faktorz/persistence';
import type { ItemResult, PlanResults } from '../fetch/run-import.js';
import { publishResults } from './publish-results.js';

const about = {
  importId: 'i',
  namespace: 'team',
  stream: 'app',
  resultsUrl: 'http://importer/results',
  now: new Date('2030-01-01T00:00:00Z'),
};
const digest = `sha256:${'a'.repeat(64)}`;
const policies = { importPolicy: {}, referencePolicy: { type: 'Source' as const } };
const image: Image = {
  metadata: { name: digest },
  dockerImageReference: `quay.io/x/y@${digest}`,
  dockerImageMetadata: {},
  dockerImageMetadataVersion: '1.0',
};
const found: ItemResult = {
  from: { kind: 'DockerImage', name: 'quay.io/x/y:1' },
  to: 'one',
  tag: '1',
  generation: 3,
  status: importSucceeded(),
  image,
  ...policies,
};
const missing: ItemResult = {
  from: { kind: 'DockerImage', name: 'quay.io/x/y:2' },
  to: 'two',
  tag: '2',
  status: imageNotFound('quay.io/x/y:2'),
  retryAfterMs: 60_000,
  ...policies,
};

function published(results: PlanResults): NewEvent[] {
  const events: NewEvent[] = [];
  const tx = { publish: (event: NewEvent) => events.push(event) } as unknown as ChangeTransaction;
  publishResults(tx, about, results);
  return events;
}

describe('publishResults', () => {
  it('tells one event per result, numbered', () => {
    const events = published({ items: [found, missing] });
    expect(events.map(({ definition, subject, data }) => [definition.kind, subject, data.item, data.items])).toEqual([
      ['ImageImported', 'team/app:one', 0, 2],
      ['ImportFailed', 'team/app:two', 1, 2],
    ]);
    expect(events[0]?.data).toMatchObject({
      tag: 'one',
      generation: 3,
      image: digest,
      dockerImageReference: `quay.io/x/y@${digest}`,
    });
    expect(events[1]?.data).toMatchObject({ reason: 'NotFound', retryAfter: '2030-01-01T00:01:00.000Z' });
    for (const { definition, data } of events) expect(definition.schema.safeParse(data).error).toBeUndefined();
  });

  it('tells of a repository that could not be listed once, without tag', () => {
    const repository = { from: found.from, additionalTags: [], items: [], ...policies };
    const [failed] = published({ items: [], repository: { ...repository, status: imageNotFound('quay.io/x/y') } });
    expect(failed).toMatchObject({ subject: 'team/app', data: { reason: 'NotFound', item: 0, items: 1 } });
    expect(failed?.data.tag).toBeUndefined();
    const [empty] = published({ items: [], repository: { ...repository, status: importSucceeded() } });
    expect(empty?.data).toMatchObject({ message: 'the repository has no tags' });
  });
});
