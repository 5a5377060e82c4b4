import { describe, expect, it } from '@jest/globals';
import { GARDEN_VERSION, gardenType } from '../../test/garden-schemas.js';
import type { KubeObject } from '../kube-object.js';
import { ApiError } from '../status/api-error.js';
import { applyServerSide } from './apply-server-side.js';
import { updateManagedFields } from './update-managed-fields.js';

const now = new Date('2026-03-04T05:06:07Z');

interface Garden extends KubeObject {
  spec?: Record<string, unknown>;
}

const garden = (spec: object, metadata: object = {}): Garden =>
  ({
    apiVersion: GARDEN_VERSION,
    kind: 'Garden',
    metadata: { name: 'rose', namespace: 'park', ...metadata },
    spec,
  }) as Garden;

const apply = (
  applied: Garden,
  current?: Garden,
  about: { manager?: string; force?: boolean; now?: Date } = {},
): Garden =>
  applyServerSide({
    current,
    applied,
    manager: 'planner',
    force: false,
    now,
    apiVersion: GARDEN_VERSION,
    ...gardenType,
    ...about,
  }) as Garden;

function created(object: Garden, manager = 'gardener'): Garden {
  const next = structuredClone(object);
  updateManagedFields({ next, manager, now, apiVersion: GARDEN_VERSION, ...gardenType });
  return next;
}

const fieldsOf = (object: Garden) =>
  Object.fromEntries((object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));

function refusal(act: () => unknown): ApiError {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('applyServerSide', () => {
  it('creates what is not there, owned by the applier', () => {
    const object = apply(garden({ size: 2, beds: [{ name: 'a' }] }));
    expect(object).toMatchObject({
      apiVersion: GARDEN_VERSION,
      kind: 'Garden',
      metadata: { name: 'rose' },
      spec: { size: 2, beds: [{ name: 'a' }] },
    });
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'planner',
        operation: 'Apply',
        apiVersion: GARDEN_VERSION,
        time: '2026-03-04T05:06:07Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:beds': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } }, 'f:size': {} } },
      },
    ]);
  });

  it('merges into what others set', () => {
    const current = created(garden({ size: 1, beds: [{ name: 'a', watered: true }, { name: 'b' }] }));
    const next = apply(garden({ beds: [{ name: 'c' }, { name: 'b', watered: true }] }), current);
    expect(next.spec?.['beds']).toMatchObject([
      { name: 'c' },
      { name: 'a', watered: true },
      { name: 'b', watered: true },
    ]);
    expect(next.spec?.['size']).toBe(1);
  });

  it('removes what the same manager applied before and left out now', () => {
    const first = apply(
      garden({ size: 2, paths: ['x'], beds: [{ name: 'a' }, { name: 'b' }] }, { labels: { l: '1' } }),
    );
    const second = apply(garden({ beds: [{ name: 'b' }] }), first);
    expect(second.spec).toEqual({ public: false, beds: [{ name: 'b', plants: null }] });
    expect(second.metadata).not.toHaveProperty('labels');
    expect(fieldsOf(second)).toEqual({
      planner: { 'f:spec': { 'f:beds': { 'k:{"name":"b"}': { '.': {}, 'f:name': {} } } } },
    });
  });

  it('keeps what it left out if somebody else owns it too', () => {
    const first = apply(garden({ size: 2, public: true }));
    const shared = apply(garden({ size: 2 }), first, { manager: 'other' });
    expect(apply(garden({ public: true }), shared).spec).toMatchObject({ size: 2, public: true });
  });

  it('answers 409 naming each field of others it would change', () => {
    const current = created(garden({ size: 1, beds: [{ name: 'a', owner: { name: 'ann' } }] }));
    const one = refusal(() => apply(garden({ beds: [{ name: 'a', owner: { name: 'bob' } }] }), current));
    expect(one).toMatchObject({
      reason: 'Conflict',
      code: 409,
      message:
        'Apply failed with 1 conflict: conflict with "gardener" using garden.example.org/v1: .spec.beds[name="a"].owner',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "gardener" using garden.example.org/v1',
            field: '.spec.beds[name="a"].owner',
          },
        ],
      },
    });
    const two = refusal(() => apply(garden({ size: 3, beds: [{ name: 'a', owner: { name: 'bob' } }] }), current));
    expect(two.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "gardener" using garden.example.org/v1:\n- .spec.beds[name="a"].owner\n- .spec.size',
    );
  });

  it('takes fields over when forced', () => {
    const current = created(garden({ size: 1, public: true }));
    const next = apply(garden({ size: 3 }), current, { force: true });
    expect(next.spec).toMatchObject({ size: 3, public: true });
    expect(fieldsOf(next)).toEqual({
      planner: { 'f:spec': { 'f:size': {} } },
      gardener: { 'f:spec': { 'f:public': {} } },
    });
  });

  it('shares a field that others set to the same', () => {
    const current = created(garden({ size: 1 }));
    expect(fieldsOf(apply(garden({ size: 1 }), current))).toEqual({
      planner: { 'f:spec': { 'f:size': {} } },
      gardener: { 'f:spec': { 'f:size': {} } },
    });
  });

  it('changes nothing, not even times, when repeated', () => {
    const first = apply(garden({ size: 2, beds: [{ name: 'a' }], gates: ['n'], notes: { a: [1] } }));
    expect(
      apply(garden({ size: 2, beds: [{ name: 'a' }], gates: ['n'], notes: { a: [1] } }), first, {
        now: new Date('2027-01-01'),
      }),
    ).toEqual(first);
  });

  it('gives an untracked object an owner of what is there first', () => {
    const next = apply(garden({ public: true }), garden({ size: 1 }));
    expect(fieldsOf(next)).toEqual({
      planner: { 'f:spec': { 'f:public': {} } },
      'before-first-apply': { 'f:spec': { 'f:size': {} } },
    });
  });

  it.each<[string, Garden, string]>([
    ['managed fields', garden({}, { managedFields: [{ manager: 'x' }] }), 'metadata.managedFields must be nil'],
    [
      'two items under one key',
      garden({ beds: [{ name: 'a' }, { name: 'a' }] }),
      '.spec.beds: duplicate entries for key [name="a"]',
    ],
    ['one value twice in a set', garden({ gates: ['n', 'n'] }), '.spec.gates: duplicate entries for key [="n"]'],
  ])('refuses %s', (_name, applied, message) => {
    const error = refusal(() => apply(applied));
    expect(error).toMatchObject({ code: 400 });
    expect(error.message).toContain(message);
  });

  describe('by kubectl, after it applied from the client side', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const clientSide = (spec: object) => {
      const text = JSON.stringify({ apiVersion: GARDEN_VERSION, kind: 'Garden', metadata: { name: 'rose' }, spec });
      return created(garden(spec, { annotations: { [annotation]: text } }), 'kubectl-client-side-apply');
    };

    it('takes over without conflict and keeps the annotation true', () => {
      const next = apply(garden({ size: 9 }, { labels: { '<b>': 'x' } }), clientSide({ size: 1, public: true }), {
        manager: 'kubectl',
      });
      expect(next.spec).toMatchObject({ size: 9, public: true });
      expect(next.metadata.annotations?.[annotation]).toBe(
        '{"apiVersion":"garden.example.org/v1","kind":"Garden","metadata":{"labels":{"\\u003cb\\u003e":"x"},"name":"rose","namespace":"park"},"spec":{"size":9}}\n',
      );
    });

    it('conflicts over what somebody changed since', () => {
      const current = clientSide({ size: 1 });
      const changed = garden(
        { size: 5 },
        { annotations: current.metadata.annotations, managedFields: current.metadata.managedFields },
      );
      updateManagedFields({
        old: current,
        next: changed,
        manager: 'visitor',
        now,
        apiVersion: GARDEN_VERSION,
        ...gardenType,
      });
      const error = refusal(() => apply(garden({ size: 9 }), changed, { manager: 'kubectl' }));
      expect(error.details?.causes).toMatchObject([
        { field: '.spec.size', message: 'conflict with "visitor" using garden.example.org/v1' },
      ]);
    });

    it('does not break on a malformed annotation', () => {
      const current = created(garden({ size: 1 }, { annotations: { [annotation]: '{' } }));
      expect(refusal(() => apply(garden({ size: 9 }), current, { manager: 'kubectl' }))).toMatchObject({ code: 409 });
    });
  });
});
