import { describe, expect, it } from '@jest/globals';
import type { RestClient, StatusView } from './rest-subject.contract.js';

/** Replacing, patching and applying; what is refused before anything is stored. */
export function writesContract(client: () => RestClient): void {
  describe('a replacement', () => {
    it('is stored under a new version, and not at all when nothing differs', async () => {
      const created = await client().create();
      const { name } = created.metadata;
      const { body: current } = await client().get(name);
      const changed = structuredClone(current);
      changed.metadata.labels = { ...changed.metadata.labels, contract: 'changed' };
      const replaced = await client().put(name, changed);
      expect(replaced).toMatchObject({ status: 200, body: { metadata: { labels: { contract: 'changed' } } } });
      expect(BigInt(replaced.body.metadata.resourceVersion!)).toBeGreaterThan(
        BigInt(current.metadata.resourceVersion!),
      );
      const same = await client().put(name, replaced.body);
      expect(same.body.metadata.resourceVersion).toBe(replaced.body.metadata.resourceVersion);
    });

    it('of another version or another object is a conflict', async () => {
      const { metadata } = await client().create();
      const put = (more: object) => client().put<StatusView>(metadata.name, client().object(metadata.name, more));
      const conflict = { status: 409, body: { kind: 'Status', reason: 'Conflict' } };
      expect(await put({ resourceVersion: '1' })).toMatchObject(conflict);
      expect(await put({ resourceVersion: metadata.resourceVersion, uid: 'another' })).toMatchObject(conflict);
    });

    it('without a version is unconditional, or refused by name', async () => {
      const { metadata } = await client().create();
      const answer = await client().put<StatusView>(metadata.name, client().object(metadata.name));
      if (!client().subject.needsVersion) return expect(answer.status).toBe(200);
      expect(answer).toMatchObject({
        status: 422,
        body: { reason: 'Invalid', details: { causes: [{ field: 'metadata.resourceVersion' }] } },
      });
    });

    it('of another name than the path says is refused', async () => {
      const { metadata } = await client().create();
      const other = client().object(client().newName(), { resourceVersion: metadata.resourceVersion });
      expect(await client().put(metadata.name, other)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
    });
  });

  describe('a patch', () => {
    it.each(['merge', 'strategic'] as const)('of type %s adds, changes and removes', async (type) => {
      const { metadata } = await client().create(undefined, { annotations: { first: '1', second: '2' } });
      const patch = { metadata: { annotations: { first: null, second: '3', third: '4' } } };
      const patched = await client().patch(metadata.name, type, patch);
      expect(patched.status).toBe(200);
      expect(patched.body.metadata.annotations).toMatchObject({ second: '3', third: '4' });
      expect(patched.body.metadata.annotations).not.toHaveProperty('first');
    });

    it('of type json works step by step, or not at all', async () => {
      const { metadata } = await client().create(undefined, { annotations: { first: '1' } });
      const failing = await client().patch<StatusView>(metadata.name, 'json', [
        { op: 'replace', path: '/metadata/annotations/first', value: '2' },
        { op: 'test', path: '/metadata/annotations/first', value: '3' },
      ]);
      expect(failing).toMatchObject({ status: 422, body: { kind: 'Status', reason: 'Invalid' } });
      const good = await client().patch(metadata.name, 'json', [
        { op: 'test', path: '/metadata/annotations/first', value: '1' },
        { op: 'replace', path: '/metadata/annotations/first', value: '2' },
      ]);
      expect(good.body.metadata.annotations).toMatchObject({ first: '2' });
    });

    it('with a version is conditional', async () => {
      const { metadata } = await client().create();
      const patch = { metadata: { resourceVersion: '1', labels: { a: 'b' } } };
      expect(await client().patch(metadata.name, 'merge', patch)).toMatchObject({ status: 409 });
    });

    it('of another type is refused', async () => {
      const { metadata } = await client().create();
      const answer = await client().write('PATCH', client().path(metadata.name), {}, 'application/json');
      expect(answer).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } });
    });
  });

  describe('server-side apply', () => {
    const applied = (name: string, labels: object) => {
      const { apiVersion, kind } = client().object(name);
      return { apiVersion, kind, metadata: { name, labels } };
    };

    it('creates what is not there, and remembers who owns which field', async () => {
      const name = client().newName();
      const { apiVersion, kind, ...rest } = client().object(name, { labels: { mine: '1' } });
      const made = await client().patch(name, 'apply', { apiVersion, kind, ...rest }, '?fieldManager=ann');
      expect(made).toMatchObject({ status: 201, body: { metadata: { labels: { mine: '1' } } } });
      expect(made.body.metadata.managedFields).toContainEqual(
        expect.objectContaining({ manager: 'ann', operation: 'Apply' }),
      );
    });

    it('refuses to take a field from somebody else, unless forced to', async () => {
      const { metadata } = await client().create();
      await client().patch(metadata.name, 'apply', applied(metadata.name, { shared: 'a' }), '?fieldManager=ann');
      const other = applied(metadata.name, { shared: 'b' });
      const refused = await client().patch<StatusView>(metadata.name, 'apply', other, '?fieldManager=bea');
      expect(refused).toMatchObject({
        status: 409,
        body: { reason: 'Conflict', details: { causes: [{ field: '.metadata.labels.shared' }] } },
      });
      const forced = await client().patch(metadata.name, 'apply', other, '?fieldManager=bea&force=true');
      expect(forced).toMatchObject({ status: 200, body: { metadata: { labels: { shared: 'b' } } } });
    });

    it('takes away what its manager no longer wants', async () => {
      const { metadata } = await client().create();
      await client().patch(metadata.name, 'apply', applied(metadata.name, { a: '1', b: '2' }), '?fieldManager=ann');
      const less = await client().patch(
        metadata.name,
        'apply',
        applied(metadata.name, { a: '1' }),
        '?fieldManager=ann',
      );
      expect(less.body.metadata.labels).toMatchObject({ a: '1' });
      expect(less.body.metadata.labels).not.toHaveProperty('b');
    });
  });

  describe('what is refused', () => {
    it.each([
      ['broken JSON', '{', 'application/json', 400, 'BadRequest'],
      ['an unknown notation', 'x', 'text/plain', 415, 'UnsupportedMediaType'],
      ['another kind', '{"kind":"Odd","apiVersion":"v1"}', 'application/json', 400, 'BadRequest'],
    ])('%s', async (_what, body, type, status, reason) => {
      expect(await client().write('POST', client().subject.collection, body, type)).toMatchObject({
        status,
        body: { kind: 'Status', status: 'Failure', reason },
      });
    });

    it('an unknown field, when validation is strict; else it is warned of', async () => {
      const name = client().newName();
      const odd = { ...client().object(name), oddity: 1 };
      const strict = await client().post<StatusView>(odd, '?fieldValidation=Strict');
      expect(strict).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('unknown field "oddity"') },
      });
      const warned = await client().post(odd, '?fieldValidation=Warn');
      expect(warned).toMatchObject({ status: 201 });
      expect(warned.headers.get('warning')).toContain('unknown field');
    });

    it('a label that is none, by the name of its field', async () => {
      const bad = client().object(client().newName(), { labels: { 'no good': 'x' } });
      expect(await client().post<StatusView>(bad)).toMatchObject({
        status: 422,
        body: { reason: 'Invalid', details: { causes: [{ field: 'metadata.labels' }] } },
      });
    });

    it('a dry run of another sort', async () => {
      const answer = await client().post<StatusView>(client().object(client().newName()), '?dryRun=Some');
      expect(answer).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'dryRun' }] } } });
    });

    it('a method that the collection does not have', async () => {
      expect(await client().write('PUT', client().subject.collection, {})).toMatchObject({
        status: 405,
        body: { kind: 'Status', reason: 'MethodNotAllowed' },
      });
    });
  });
}
