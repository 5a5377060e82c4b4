import { describe, expect, it } from '@jest/globals';
import { annotationNotation } from './annotation-notation.js';
import type { OpenRecord } from './claim-objects.js';
import {
  decideOutcomes,
  type LookedAt,
  outcomesOfBadTrigger,
  outcomesOfRefusal,
  seenWrites,
} from './decide-outcomes.js';
import { NoSuchContainer } from './plan-update.js';
import type { ObjectState } from './triggered-object.js';

const notation = annotationNotation(['spec']);
const trigger = (tag: string, container: string) => ({
  from: { kind: 'ImageStreamTag', name: tag },
  fieldPath: `spec.containers[?(@.name=="${container}")].image`,
});

/** An object whose container `web` follows ruby:1 and whose container `db` follows jade:1. */
function state(web: string, db = 'green'): ObjectState {
  return {
    annotation: JSON.stringify([trigger('ruby:1', 'web'), trigger('jade:1', 'db')]),
    containers: [
      { list: 'containers', name: 'web', image: web },
      { list: 'containers', name: 'db', image: db },
    ],
  };
}

const RUBY = 'team/ruby:1';
const change = (position: string, image: string, tag = RUBY) => ({ tag, position, image, isMove: true, shown: null });
const open = (position: string, image: string, before: ObjectState | null): OpenRecord => ({
  tag: RUBY,
  position,
  image,
  phase: before ? 'Writing' : 'Pending',
  before,
});

function looked(shows: ObjectState, changes: ReturnType<typeof change>[], left: OpenRecord[] = []): LookedAt {
  const row = { namespace: 'team', changes, open: left, tags: [RUBY, 'team/jade:1'], paused_tags: [] };
  return { row, notation, present: { version: '7', state: shows } };
}

/** What is written when the object is brought up to date. */
function planned({ row, present }: LookedAt) {
  const images = new Map((row.changes ?? []).map(({ tag, image }) => [tag, image]));
  const triggers = notation.triggersOf(present.state, 'team');
  return notation.plan(present.state, triggers, ({ stream, tag }) => images.get(`team/${stream}:${tag}`));
}

describe('the outcome of a change', () => {
  it('is Written, with what was there before', () => {
    const at = looked(state('old'), [change('5', 'new')]);
    expect(decideOutcomes(at, planned(at), '8')).toEqual([
      {
        tag: RUBY,
        position: '5',
        phase: 'Written',
        images: [{ container: 'web', fieldPath: 'spec.containers[?(@.name=="web")].image', from: 'old', to: 'new' }],
        resourceVersion: '8',
      },
    ]);
  });

  it('is UpToDate where the object showed the image already', () => {
    const at = looked(state('new'), [change('5', 'new')]);
    expect(decideOutcomes(at, planned(at))).toMatchObject([{ phase: 'Skipped', reason: 'UpToDate' }]);
  });

  it('is Written where a run that died has written it, and UpToDate where it had nothing to write', () => {
    const after = (before: string) =>
      decideOutcomes(looked(state('new'), [change('5', 'new')], [open('5', 'new', state(before))]), []);
    expect(after('old')).toMatchObject([
      { phase: 'Written', images: [{ from: 'old', to: 'new' }], resourceVersion: '7' },
    ]);
    expect(after('new')).toMatchObject([{ phase: 'Skipped', reason: 'UpToDate' }]);
  });

  it('is HeldBack where the object does not show it and nothing was written', () => {
    expect(decideOutcomes(looked(state('old'), [change('5', 'new')]), [])).toMatchObject([{ reason: 'HeldBack' }]);
  });
});

describe('an older change that a run left open', () => {
  it('is Written where the object shows it, and has to be noted before the next write', () => {
    const at = looked(state('5th'), [change('6', '6th')], [open('5', '5th', state('4th'))]);
    expect(seenWrites(at)).toMatchObject([{ position: '5', phase: 'Written', images: [{ from: '4th', to: '5th' }] }]);
    expect(decideOutcomes(at, planned(at))).toMatchObject([
      { position: '6', phase: 'Written' },
      { position: '5', phase: 'Written' },
    ]);
  });

  it('is Superseded where the object does not', () => {
    const at = looked(state('4th'), [change('6', '6th')], [open('5', '5th', state('4th'))]);
    expect(seenWrites(at)).toEqual([]);
    expect(decideOutcomes(at, planned(at))).toMatchObject([
      { position: '6', phase: 'Written' },
      { position: '5', phase: 'Skipped', reason: 'Superseded' },
    ]);
  });

  it('is of no concern where the object no longer names the tag', () => {
    const pending = { ...open('5', 'x', null), tag: 'team/gone:1' };
    expect(decideOutcomes(looked(state('new'), [change('6', 'new')], [pending]), [])).toMatchObject([
      { reason: 'UpToDate' },
      { tag: 'team/gone:1', phase: 'Skipped', reason: 'TriggerRemoved' },
    ]);
  });
});

describe('a change whose tag is found to point nowhere', () => {
  it('is skipped, and the object keeps what it has', () => {
    const at = looked(state('old'), [], [open('5', 'new', state('old'))]);
    expect(decideOutcomes(at, planned(at))).toMatchObject([{ phase: 'Skipped', reason: 'TagMissing' }]);
  });
});

describe('a bad trigger', () => {
  it('is named in its row, and holds back the others', () => {
    const at = looked(state('old'), [change('5', 'new'), change('6', 'blue', 'team/jade:1')]);
    const error = new NoSuchContainer('spec.containers[?(@.name=="web")].image');
    expect(outcomesOfBadTrigger(at, error)).toMatchObject([
      { tag: RUBY, phase: 'Skipped', reason: 'ContainerMissing' },
      { tag: 'team/jade:1', phase: 'Skipped', reason: 'HeldBack' },
    ]);
  });
});

describe('a refusal', () => {
  it('fails the changes it was about', () => {
    const at = looked(state('old'), [change('5', 'new'), change('6', 'green', 'team/jade:1')]);
    expect(outcomesOfRefusal(at, planned(at), new Error('no'))).toMatchObject([
      { tag: RUBY, phase: 'Failed', reason: 'Refused', message: 'no' },
      { tag: 'team/jade:1', phase: 'Skipped', reason: 'UpToDate' },
    ]);
  });
});
