import { describe, expect, it } from '@jest/globals';
import { qualified } from '../status/errors.js';
import type { KubeObject } from '../kube-object.js';
import type { RestClient, StatusView } from './rest-subject.contract.js';

const FINALIZER = 'contract.faktorz.io/held';

/** Creating, reading and deleting one object. */
export function objectLifeContract(client: () => RestClient): void {
  describe('the life of an object', () => {
    it('begins with a 201 that shows what was stored', async () => {
      const { subject } = client();
      const name = client().newName();
      const created = await client().post(client().object(name), '?fieldManager=contract');
      expect(created).toMatchObject({
        status: 201,
        body: {
          kind: subject.kind,
          apiVersion: subject.group === '' ? subject.version : `${subject.group}/${subject.version}`,
          metadata: {
            name,
            uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
            resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
            creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            managedFields: [expect.objectContaining({ manager: 'contract', operation: 'Update' })],
          },
        },
      });
      if (!subject.lingers) expect((await client().get(name)).body).toEqual(created.body);
    });

    it('can begin once', async () => {
      const name = client().newName();
      await client().create(name);
      const again = await client().post<StatusView>(client().object(name));
      const { plural, group } = client().subject;
      expect(again).toMatchObject({
        status: 409,
        body: {
          kind: 'Status',
          reason: 'AlreadyExists',
          message: `${qualified(plural, group)} "${name}" already exists`,
          details: { name, kind: plural },
        },
      });
    });

    it('is nothing before and after', async () => {
      const name = client().newName();
      const { plural, group } = client().subject;
      const absent = {
        status: 404,
        body: {
          kind: 'Status',
          reason: 'NotFound',
          message: `${qualified(plural, group)} "${name}" not found`,
          details: { name, kind: plural, ...(group === '' ? {} : { group }) },
        },
      };
      expect(await client().get(name)).toMatchObject(absent);
      expect(await client().delete(name)).toMatchObject(absent);
      expect(await client().patch(name, 'merge', { metadata: { labels: { a: 'b' } } })).toMatchObject(absent);
      const { metadata } = await client().create(name);
      await client().delete(name);
      await client().gone(name);
      expect(
        await client().put(name, client().object(name, { resourceVersion: metadata.resourceVersion })),
      ).toMatchObject(absent);
    });

    it('ends with a Status that names it', async () => {
      if (client().subject.lingers) return;
      const { metadata } = await client().create();
      expect(await client().delete(metadata.name)).toMatchObject({
        status: 200,
        body: { kind: 'Status', status: 'Success', details: { name: metadata.name, uid: metadata.uid } },
      });
      expect(await client().get(metadata.name)).toMatchObject({ status: 404 });
    });

    it('goes on while a finalizer holds it', async () => {
      const name = client().newName();
      await client().create(name, { finalizers: [FINALIZER] });
      const deleted = await client().delete<KubeObject>(name);
      expect(deleted).toMatchObject({ status: 200, body: { metadata: { finalizers: [FINALIZER] } } });
      expect(deleted.body.metadata.deletionTimestamp).toBeDefined();
      const added = await client().patch<StatusView>(name, 'merge', {
        metadata: { finalizers: [FINALIZER, 'contract.faktorz.io/more'] },
      });
      expect(added).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'metadata.finalizers' }] } } });
      const released = await client().patch(name, 'merge', { metadata: { finalizers: null } });
      expect(released.status).toBe(200);
      await client().gone(name);
    });

    it('ends only for those who know it, if they say so', async () => {
      const { metadata } = await client().create();
      const conflict = { status: 409, body: { reason: 'Conflict' } };
      expect(await client().delete(metadata.name, { preconditions: { uid: 'another' } })).toMatchObject(conflict);
      expect(await client().delete(metadata.name, { preconditions: { resourceVersion: '1' } })).toMatchObject(conflict);
      const known = await client().delete(metadata.name, { preconditions: { uid: metadata.uid } });
      expect(known.status).toBe(200);
    });

    it('is only tried by a dry run', async () => {
      const name = client().newName();
      expect(await client().post(client().object(name), '?dryRun=All')).toMatchObject({ status: 201 });
      expect(await client().get(name)).toMatchObject({ status: 404 });
      await client().create(name);
      const before = await client().list();
      await client().patch(name, 'merge', { metadata: { labels: { tried: 'yes' } } }, '?dryRun=All');
      await client().delete(name, undefined, '?dryRun=All');
      await client().delete(name, { dryRun: ['All'] });
      expect(await client().get(name)).toMatchObject({ status: 200 });
      const after = (await client().list()).body.items.find(({ metadata }) => metadata.name === name);
      expect(after).toEqual(before.body.items.find(({ metadata }) => metadata.name === name));
    });

    it('may begin with a prefix of a name', async () => {
      if (client().subject.generatesNames === false) return;
      const { metadata, ...rest } = client().object('unused');
      const { name: _name, ...unnamed } = metadata;
      const made = await client().post({ ...rest, metadata: { ...unnamed, generateName: 'made-' } });
      expect(made.body.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(made.status).toBe(201);
      await client().delete(made.body.metadata.name);
    });
  });
}
