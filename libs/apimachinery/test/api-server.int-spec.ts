import { describe, expect, it } from '@jest/globals';
import { get } from 'node:http';
import { startWidgetServer } from './widget-server.js';
import { client } from './client.js';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const WIDGETS = '/apis/test.faktorz.io/v1/namespaces/test/widgets';

function widget(name: string, extra: object = {}) {
  return { apiVersion: 'test.faktorz.io/v1', kind: 'Widget', metadata: { name, ...extra }, spec: { color: 'red' } };
}

describe('the API server', () => {
  it('creates, reads, replaces and deletes an object', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const created = await api.post(WIDGETS, widget('one', { labels: { app: 'x' } }));
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      kind: 'Widget',
      apiVersion: 'test.faktorz.io/v1',
      metadata: {
        name: 'one',
        namespace: 'test',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: '101',
        generation: 1,
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
      spec: { color: 'red', size: 1 },
      status: { phase: 'New' },
    });
    const read = await api.get(`${WIDGETS}/one`);
    expect(read).toMatchObject({ status: 200, body: created.body });

    const replaced = await api.put(`${WIDGETS}/one`, { ...created.body, spec: { color: 'blue' } });
    expect(replaced).toMatchObject({
      status: 200,
      body: { metadata: { resourceVersion: '102', generation: 2 }, spec: { color: 'blue' } },
    });
    const stale = await api.put(`${WIDGETS}/one`, { ...created.body, spec: { color: 'green' } });
    expect(stale).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', details: { name: 'one', group: 'test.faktorz.io', kind: 'widgets' } },
    });
    const same = await api.put(`${WIDGETS}/one`, replaced.body);
    expect(same.body.metadata.resourceVersion).toBe('102');

    const deleted = await api.delete(`${WIDGETS}/one`, { propagationPolicy: 'Background' });
    expect(deleted).toMatchObject({
      status: 200,
      body: {
        kind: 'Status',
        status: 'Success',
        details: { name: 'one', group: 'test.faktorz.io', kind: 'widgets', uid: created.body.metadata.uid },
      },
    });
    expect(await api.get(`${WIDGETS}/one`)).toMatchObject({
      status: 404,
      body: { reason: 'NotFound', message: 'widgets.test.faktorz.io "one" not found' },
    });
    expect(server.errors).toEqual([]);
  });

  it('refuses what it should, with a Status that says why', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const cases: [string, Promise<{ status: number; body: unknown }>, object][] = [
      [
        'a taken name',
        api.post(WIDGETS, widget('one')),
        { code: 409, reason: 'AlreadyExists', message: 'widgets.test.faktorz.io "one" already exists' },
      ],
      [
        'a bad name',
        api.post(WIDGETS, widget('One_')),
        {
          code: 422,
          reason: 'Invalid',
          details: { kind: 'Widget', name: 'One_', causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }] },
        },
      ],
      [
        'no name',
        api.post(WIDGETS, widget('')),
        {
          code: 422,
          message:
            'Widget.test.faktorz.io "" is invalid: metadata.name: Required value: name or generateName is required',
        },
      ],
      [
        'a bad field',
        api.post(WIDGETS, { ...widget('two'), spec: { size: 101 } }),
        {
          code: 422,
          message: 'Widget.test.faktorz.io "two" is invalid: spec.size: Invalid value: 101: must be at most 100',
        },
      ],
      [
        'another namespace',
        api.post(WIDGETS, widget('two', { namespace: 'other' })),
        { code: 400, message: 'the namespace of the provided object does not match the namespace sent on the request' },
      ],
      [
        'another name',
        api.put(`${WIDGETS}/one`, widget('two')),
        { code: 400, message: 'the name of the object (two) does not match the name on the URL (one)' },
      ],
      [
        'a missing namespace',
        api.post('/apis/test.faktorz.io/v1/namespaces/nope/widgets', widget('one')),
        { code: 404, message: 'namespaces "nope" not found' },
      ],
      [
        'an unknown resource',
        api.get('/apis/test.faktorz.io/v1/namespaces/test/bananas'),
        { code: 404, message: 'the server could not find the requested resource', details: {} },
      ],
      ['an unknown subresource', api.get(`${WIDGETS}/one/scale`), { code: 404 }],
      ['a method the path lacks', api.post(`${WIDGETS}/one`, widget('one')), { code: 405, reason: 'MethodNotAllowed' }],
      [
        'a bad label selector',
        api.get(`${WIDGETS}?labelSelector=a%3D%3D%3Db`),
        { code: 400, message: "unable to parse requirement: found '=', expected: identifier" },
      ],
      [
        'an unknown field selector',
        api.get(`${WIDGETS}?fieldSelector=spec.x%3Dy`),
        { code: 400, message: 'field label not supported: spec.x' },
      ],
      [
        'an unknown representation',
        api.get(`${WIDGETS}/one`, { accept: 'text/html' }),
        { code: 406, reason: 'NotAcceptable' },
      ],
      [
        'an unknown body',
        api.post(WIDGETS, 'x', { 'content-type': 'text/html' }),
        { code: 415, reason: 'UnsupportedMediaType' },
      ],
      [
        'a broken body',
        api.post(WIDGETS, '{"a', { 'content-type': 'application/json' }),
        { code: 400, reason: 'BadRequest' },
      ],
      ['no body', api.post(WIDGETS, '', { 'content-type': 'application/json' }), { code: 400, reason: 'BadRequest' }],
      [
        'a body too large',
        api.post(WIDGETS, `{"x":"${'x'.repeat(3 * 1024 * 1024)}"}`),
        { code: 413, reason: 'RequestEntityTooLarge' },
      ],
      [
        'a wrong type',
        api.post(WIDGETS, { ...widget('two'), spec: { size: 'big' } }),
        { code: 400, reason: 'BadRequest' },
      ],
      [
        'an unknown field, strictly',
        api.post(`${WIDGETS}?fieldValidation=Strict`, { ...widget('two'), spec: { shape: 'round' } }),
        {
          code: 400,
          message:
            'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.shape"',
        },
      ],
      ['a bad dryRun', api.post(`${WIDGETS}?dryRun=Some`, widget('two')), { code: 422, reason: 'Invalid' }],
      [
        'a long field manager',
        api.post(`${WIDGETS}?fieldManager=${'m'.repeat(129)}`, widget('two')),
        { code: 422, reason: 'Invalid' },
      ],
      ['a set version', api.post(WIDGETS, widget('two', { resourceVersion: '7' })), { code: 400 }],
      ['a bad limit', api.get(`${WIDGETS}?limit=x`), { code: 400 }],
      ['a forged continue', api.get(`${WIDGETS}?continue=eyJ2IjoiIn0`), { code: 400 }],
      ['a match without version', api.get(`${WIDGETS}?resourceVersionMatch=Exact`), { code: 422 }],
      [
        'a future version',
        api.get(`${WIDGETS}?resourceVersion=999999`),
        { code: 504, reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
      ],
      [
        'a bad token',
        api.get(WIDGETS, { authorization: 'Bearer wrong' }),
        { code: 401, reason: 'Unauthorized', message: 'Unauthorized' },
      ],
      [
        'an unmet precondition',
        api.delete(`${WIDGETS}/one`, { preconditions: { uid: 'x' } }),
        { code: 409, reason: 'Conflict' },
      ],
      [
        'a bad patch type',
        api.patch(`${WIDGETS}/one`, 'application/json', {}),
        { code: 415, reason: 'UnsupportedMediaType' },
      ],
    ];
    for (const [what, answer, expected] of cases) {
      const { status, body } = await answer;
      expect({ what, status, body }).toMatchObject({ what, body: { kind: 'Status', status: 'Failure', ...expected } });
      expect({ what, status }).toEqual({ what, status: (expected as { code: number }).code });
    }
    expect(server.errors).toEqual([]);
  });

  it('answers with plain text where no group is served', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    for (const path of ['/apis/nope.io/v1', '/apis/nope.io/v1/things', '/apis/test.faktorz.io/v2', '/api/v2']) {
      expect(await api.get(path)).toMatchObject({ status: 404, text: '404 page not found\n' });
    }
  });

  it('lists in pages of one snapshot', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    for (const name of ['a', 'b', 'c']) await api.post(WIDGETS, widget(name));
    const first = await api.get(`${WIDGETS}?limit=2`);
    expect(first.body).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'test.faktorz.io/v1',
      metadata: { resourceVersion: '103', remainingItemCount: 1 },
    });
    expect(first.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['a', 'b']);
    expect(first.body.items[0]).not.toHaveProperty('kind');
    await api.delete(`${WIDGETS}/c`);
    const second = await api.get(`${WIDGETS}?limit=2&continue=${first.body.metadata.continue}`);
    expect(second.body.metadata).toEqual({ resourceVersion: '103' });
    expect(second.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['c']);
    server.widgets.trim(104n);
    const late = await api.get(`${WIDGETS}?limit=2&continue=${first.body.metadata.continue}`);
    expect(late).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    await api.post(WIDGETS, widget('d'));
    const rest = await api.get(`${WIDGETS}?continue=${late.body.metadata.continue}`);
    expect(rest).toMatchObject({ status: 200, body: { items: [{ metadata: { name: 'd' } }] } });
    const empty = await api.get(`${WIDGETS}?labelSelector=x%3Dy`);
    expect(empty.body.items).toEqual([]);
  });

  it('streams a list larger than 128 KiB, compressed', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    for (let index = 0; index < 20; index += 1) {
      await api.post(WIDGETS, widget(`w${index}`, { annotations: { note: 'x'.repeat(20_000) } }));
    }
    const plain = await api.get(WIDGETS, { 'accept-encoding': 'identity' });
    const zipped = await api.get(WIDGETS, { 'accept-encoding': 'gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(zipped.body).toEqual(plain.body);
    expect(plain.body.items).toHaveLength(20);
  });

  it('stops reading a list for a client that has gone', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    for (let index = 0; index < 200; index += 1) {
      await server.widgets.create({
        apiVersion: 'test.faktorz.io/v1',
        kind: 'Widget',
        metadata: { name: `w${index}`, namespace: 'test', annotations: { note: 'x'.repeat(100_000) } },
        spec: {},
      });
    }
    for (const encoding of ['gzip', 'identity']) {
      await new Promise<void>((resolve) => {
        get(server.address + WIDGETS, { headers: { 'accept-encoding': encoding } }, (response) => {
          response.once('data', () => response.destroy());
          response.once('close', resolve);
        });
      });
    }
    expect((await api.get(`${WIDGETS}/w1`)).status).toBe(200);
    expect(server.errors).toEqual([]);
  });

  it('shows tables, metadata and YAML', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const table = await api.get(WIDGETS, { accept: TABLE });
    expect(table.body).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '101' },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', priority: 0 },
        { name: 'Size', type: 'integer', format: '', priority: 0 },
        { name: 'Color', priority: 1 },
      ],
      rows: [
        {
          cells: ['one', 1, 'red'],
          object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'one' } },
        },
      ],
    });
    const bare = await api.get(`${WIDGETS}/one?includeObject=None`, { accept: TABLE });
    expect(bare.body.rows).toEqual([{ cells: ['one', 1, 'red'], object: null }]);
    const whole = await api.get(`${WIDGETS}/one?includeObject=Object`, { accept: TABLE });
    expect(whole.body.rows[0].object).toMatchObject({ kind: 'Widget', spec: { color: 'red' } });
    const fallback = await api.get('/api/v1/namespaces/test', { accept: TABLE });
    expect(fallback.body.rows[0].cells).toEqual(['test', '2026-01-01T00:00:00Z']);
    const partial = await api.get(WIDGETS, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(partial.body).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'one' } }],
    });
    const yaml = await api.get(`${WIDGETS}/one`, { accept: 'application/yaml' });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(yaml.text).toContain('kind: Widget\n');
    const yamlList = await api.get(WIDGETS, { accept: 'application/yaml' });
    expect(yamlList.text).toMatch(
      /^kind: WidgetList\napiVersion: test.faktorz.io\/v1\nitems:\n- metadata:|^kind: WidgetList\napiVersion: test.faktorz.io\/v1\nitems:\n {2}- /,
    );
  });

  it('reads an object as of no version that has not been reached', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const { body } = await api.post(WIDGETS, widget('one'));
    for (const version of ['', '0', '1', body.metadata.resourceVersion]) {
      expect(await api.get(`${WIDGETS}/one?resourceVersion=${version}`)).toMatchObject({ status: 200, body });
    }
    const tooLarge = { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 };
    for (const name of ['one', 'none']) {
      expect(await api.get(`${WIDGETS}/${name}?resourceVersion=999999`)).toMatchObject({
        status: 504,
        body: { reason: 'Timeout', details: tooLarge },
      });
    }
    expect(await api.get(`${WIDGETS}/one?resourceVersion=abc`)).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest', message: expect.stringContaining('Invalid value: "abc"') },
    });
  });

  it('reads bodies of no type as JSON, and refuses all others by itself', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    for (const type of ['', 'application/json; charset=utf-8']) {
      const made = await api.post(WIDGETS, widget(`typed${type.length}`), { 'content-type': type });
      expect(made.status).toBe(201);
    }
    for (const type of [';', 'json', 'text/html']) {
      expect(await api.post(WIDGETS, widget('odd'), { 'content-type': type })).toMatchObject({
        status: 415,
        body: { kind: 'Status', message: expect.stringContaining('accepted media types include') },
      });
    }
    expect(await api.post(WIDGETS, 'null')).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });

  it('keeps an object with finalizers until they are gone', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('held', { finalizers: ['test.io/hold'] }));
    const deleted = await api.delete(`${WIDGETS}/held`);
    expect(deleted).toMatchObject({
      status: 200,
      body: { kind: 'Widget', metadata: { deletionTimestamp: expect.any(String) } },
    });
    const again = await api.delete(`${WIDGETS}/held`);
    expect(again.body.metadata.resourceVersion).toBe(deleted.body.metadata.resourceVersion);
    const added = await api.patch(`${WIDGETS}/held`, 'application/merge-patch+json', {
      metadata: { finalizers: ['a/b', 'test.io/hold'] },
    });
    expect(added).toMatchObject({
      status: 422,
      body: { details: { causes: [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers' }] } },
    });
    const freed = await api.patch(`${WIDGETS}/held`, 'application/merge-patch+json', {
      metadata: { finalizers: null },
    });
    expect(freed.status).toBe(200);
    expect((await api.get(`${WIDGETS}/held`)).status).toBe(404);
  });

  it('stores nothing in a dry run', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const dry = await api.post(`${WIDGETS}?dryRun=All`, widget('one'));
    expect(dry).toMatchObject({ status: 201, body: { metadata: { name: 'one', uid: expect.any(String) } } });
    expect((await api.get(`${WIDGETS}/one`)).status).toBe(404);
    await api.post(WIDGETS, widget('one'));
    expect((await api.post(`${WIDGETS}?dryRun=All`, widget('one'))).status).toBe(409);
    expect((await api.delete(`${WIDGETS}/one`, { dryRun: ['All'] })).status).toBe(200);
    expect((await api.get(`${WIDGETS}/one`)).body.metadata.resourceVersion).toBe('101');
  });

  it('draws names, warns of unknown fields, and deletes by selector', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const drawn = await api.post(WIDGETS, { ...widget(''), metadata: { generateName: 'w-', labels: { app: 'x' } } });
    expect(drawn.body.metadata.name).toMatch(/^w-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const warned = await api.post(WIDGETS, { ...widget('two'), spec: { shape: 'round' } });
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.shape\\""');
    expect(warned.body.spec).toEqual({ size: 1 });
    const gone = await api.delete(`${WIDGETS}?labelSelector=app`);
    expect(gone.body).toMatchObject({ kind: 'WidgetList', items: [{ metadata: { name: drawn.body.metadata.name } }] });
    expect((await api.get(WIDGETS)).body.items).toHaveLength(1);
  });

  it('keeps spec and status apart', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const status = await api.patch(`${WIDGETS}/one/status`, 'application/merge-patch+json', {
      spec: { color: 'blue' },
      status: { phase: 'Ready' },
    });
    expect(status.body).toMatchObject({ spec: { color: 'red' }, status: { phase: 'Ready' } });
    const main = await api.patch(`${WIDGETS}/one`, 'application/merge-patch+json', {
      spec: { color: 'blue' },
      status: { phase: 'Old' },
    });
    expect(main.body).toMatchObject({ spec: { color: 'blue' }, status: { phase: 'Ready' } });
  });

  it('tells what it serves', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    expect((await api.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await api.get('/apis')).body).toMatchObject({
      kind: 'APIGroupList',
      groups: [{ name: 'test.faktorz.io', preferredVersion: { groupVersion: 'test.faktorz.io/v1', version: 'v1' } }],
    });
    const list = await api.get('/apis/test.faktorz.io/v1');
    expect(list.body).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'test.faktorz.io/v1',
      resources: [
        {
          name: 'widgets',
          singularName: 'widget',
          namespaced: true,
          kind: 'Widget',
          shortNames: ['wg'],
          categories: ['all'],
          verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        },
        {
          name: 'widgets/status',
          singularName: '',
          namespaced: true,
          kind: 'Widget',
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const aggregated = await api.get('/apis', { accept });
    expect(aggregated.headers.get('content-type')).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(aggregated.body).toMatchObject({
      items: [
        {
          metadata: { name: 'test.faktorz.io' },
          versions: [
            { version: 'v1', freshness: 'Current', resources: [{ resource: 'widgets', scope: 'Namespaced' }] },
          ],
        },
      ],
    });
    const unchanged = await api.get('/apis', { accept, 'if-none-match': aggregated.headers.get('etag')! });
    expect(unchanged.status).toBe(304);
    expect((await api.get('/version')).body).toMatchObject({ major: '1' });
  });

  it('gives up on a handler that takes longer than the request allows', async () => {
    await using server = await startWidgetServer({
      namespaces: { checkNamespace: () => new Promise(() => undefined) },
    });
    const api = client(server.address);
    expect(await api.post(`${WIDGETS}?timeout=50ms`, widget('one'))).toMatchObject({
      status: 504,
      body: { reason: 'Timeout' },
    });
  });
});

describe('patches', () => {
  const MERGE = 'application/merge-patch+json';
  const STRATEGIC = 'application/strategic-merge-patch+json';
  const JSON_PATCH = 'application/json-patch+json';
  const APPLY = 'application/apply-patch+yaml';

  it('change an object in each of the four ways', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, { ...widget('one'), spec: { parts: [{ name: 'a', material: 'wood' }] } });
    const merged = await api.patch(`${WIDGETS}/one`, MERGE, { spec: { color: 'blue' } });
    expect(merged).toMatchObject({ status: 200, body: { spec: { color: 'blue', parts: [{ name: 'a' }] } } });
    const strategic = await api.patch(`${WIDGETS}/one`, STRATEGIC, {
      spec: { parts: [{ name: 'b', material: 'iron' }] },
    });
    expect(strategic.body.spec.parts.map(({ name }: { name: string }) => name).sort()).toEqual(['a', 'b']);
    const json = await api.patch(`${WIDGETS}/one`, JSON_PATCH, [{ op: 'replace', path: '/spec/size', value: 3 }]);
    expect(json.body.spec.size).toBe(3);
    const same = await api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 3 } });
    expect(same.body).toEqual(json.body);
    const applied = await api.patch(`${WIDGETS}/new?fieldManager=me`, 'application/apply-patch+yaml', widget('new'));
    expect(applied).toMatchObject({
      status: 201,
      body: { metadata: { managedFields: [{ manager: 'me', operation: 'Apply' }] } },
    });
    const again = await api.patch(`${WIDGETS}/new?fieldManager=me`, 'application/apply-patch+yaml', widget('new'));
    expect(again).toMatchObject({
      status: 200,
      body: { metadata: { resourceVersion: applied.body.metadata.resourceVersion } },
    });
  });

  it('with a key that stands twice are refused, warned of or taken as they are', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const twice = '{"spec":{"color":"blue","color":"green","shade":1}}';
    const send = (validation: string, type = 'merge-patch') =>
      api.patch(`${WIDGETS}/one?dryRun=All&fieldValidation=${validation}`, `application/${type}+json`, twice);
    for (const type of ['merge-patch', 'strategic-merge-patch']) {
      const problems = 'strict decoding error: duplicate field "spec.color", unknown field "spec.shade"';
      expect(await send('Strict', type)).toMatchObject({
        status: 422,
        body: { reason: 'Invalid', details: { causes: [{ field: 'patch', message: `Invalid value: ${problems}` }] } },
      });
    }
    const warned = await send('Warn');
    expect(warned).toMatchObject({ status: 200, body: { spec: { color: 'green' } } });
    expect(warned.headers.get('warning')).toContain('duplicate field \\"spec.color\\"');
    const ignored = await send('Ignore');
    expect([ignored.status, ignored.headers.get('warning')]).toEqual([200, null]);
  });

  it('are refused with a reason', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    const { body } = await api.post(WIDGETS, widget('one'));
    await api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 2 } });
    const cases: [string, Promise<{ status: number; body: unknown }>, object][] = [
      ['a missing object', api.patch(`${WIDGETS}/two`, MERGE, {}), { code: 404 }],
      [
        'an old version',
        api.patch(`${WIDGETS}/one`, MERGE, { metadata: { resourceVersion: body.metadata.resourceVersion } }),
        { code: 409, reason: 'Conflict' },
      ],
      ['another name', api.patch(`${WIDGETS}/one`, MERGE, { metadata: { name: 'two' } }), { code: 400 }],
      ['a wrong type', api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 'big' } }), { code: 422, reason: 'Invalid' }],
      ['a broken rule', api.patch(`${WIDGETS}/one`, MERGE, { spec: { size: 101 } }), { code: 422, reason: 'Invalid' }],
      [
        'an unknown field, strictly',
        api.patch(`${WIDGETS}/one?fieldValidation=Strict`, MERGE, { spec: { shape: 'x' } }),
        { code: 422, reason: 'Invalid' },
      ],
      [
        'a failing test',
        api.patch(`${WIDGETS}/one`, JSON_PATCH, [{ op: 'test', path: '/spec/size', value: 7 }]),
        { code: 422, reason: 'Invalid' },
      ],
      ['no JSON', api.patch(`${WIDGETS}/one`, MERGE, '{'), { code: 400 }],
      [
        'an apply by nobody',
        api.patch(`${WIDGETS}/one`, 'application/apply-patch+yaml', widget('one')),
        { code: 422, reason: 'Invalid' },
      ],
      [
        'an apply in another version',
        api.patch(`${WIDGETS}/one?fieldManager=me`, APPLY, { ...widget('one'), apiVersion: 'v2' }),
        {
          code: 400,
          message:
            'Incorrect version specified in apply patch. Specified patch version: v2, expected: test.faktorz.io/v1',
        },
      ],
      [
        'an apply in no version',
        api.patch(`${WIDGETS}/one?fieldManager=me`, APPLY, { metadata: {} }),
        { code: 400, message: expect.stringContaining('Specified patch version: , expected') },
      ],
      [
        'an apply of no YAML',
        api.patch(`${WIDGETS}/one?fieldManager=me`, APPLY, 'a: b: c'),
        { code: 400, message: expect.stringMatching(/^error decoding YAML: /) },
      ],
      [
        'an apply of no object',
        api.patch(`${WIDGETS}/one?fieldManager=me`, APPLY, '[]'),
        { code: 400, message: expect.stringMatching(/^error decoding YAML: .* cannot unmarshal array into/) },
      ],
      [
        'an apply to an object that is no more',
        api.patch(`${WIDGETS}/gone?fieldManager=me`, APPLY, widget('gone', { uid: 'x' })),
        { code: 409, message: expect.stringContaining('specified uid x, and no existing object was found') },
      ],
      [
        'an apply in a missing namespace',
        api.patch(
          `/apis/test.faktorz.io/v1/namespaces/nope/widgets/one?fieldManager=me`,
          'application/apply-patch+yaml',
          widget('one'),
        ),
        { code: 404, message: 'namespaces "nope" not found' },
      ],
    ];
    for (const [what, answer, expected] of cases) {
      expect({ what, ...(await answer) }).toMatchObject({
        what,
        status: (expected as { code: number }).code,
        body: { kind: 'Status', ...expected },
      });
    }
    expect(server.errors).toEqual([]);
  });

  it('of many at once all come through', async () => {
    await using server = await startWidgetServer();
    const api = client(server.address);
    await api.post(WIDGETS, widget('one'));
    const patches = Array.from({ length: 4 }, (_, index) =>
      api.patch(`${WIDGETS}/one`, MERGE, { metadata: { labels: { [`l${index}`]: 'x' } } }),
    );
    expect((await Promise.all(patches)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(Object.keys((await api.get(`${WIDGETS}/one`)).body.metadata.labels)).toHaveLength(4);
  });
});
