import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../kube-object.js';
import type { ListView, RestClient, StatusView } from './rest-subject.contract.js';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

interface TableView {
  kind: string;
  columnDefinitions: { name: string }[];
  rows: { cells: unknown[]; object?: KubeObject }[];
}

const namesIn = ({ body }: { body: ListView }): string[] => body.items.map(({ metadata }) => metadata.name).sort();

/** Lists, selectors, pages, and the shapes in which objects are shown. */
export function collectionContract(client: () => RestClient): void {
  const labelled = async (label: string, count: number): Promise<string[]> => {
    const names = Array.from({ length: count }, () => client().newName());
    for (const name of names) await client().create(name, { labels: { set: label } });
    return names.sort();
  };

  describe('a list', () => {
    it('has a kind, a version and items', async () => {
      const [name] = await labelled('kinds', 1);
      const { subject } = client();
      const list = await client().list();
      expect(list.body).toMatchObject({
        kind: `${subject.kind}List`,
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      });
      expect(namesIn(list)).toContain(name);
    });

    it('is empty, never null', async () => {
      expect((await client().list('?labelSelector=set%3Dnobody')).body.items).toEqual([]);
    });

    it('is narrowed by labels and fields', async () => {
      const red = await labelled('red', 2);
      const blue = await labelled('blue', 1);
      expect(namesIn(await client().list('?labelSelector=set%3Dred'))).toEqual(red);
      expect(namesIn(await client().list('?labelSelector=set+in+(red,blue)'))).toEqual([...red, ...blue].sort());
      const both = `?labelSelector=set%3Dred&fieldSelector=metadata.name%3D${encodeURIComponent(red[1]!)}`;
      expect(namesIn(await client().list(both))).toEqual([red[1]]);
      expect(namesIn(await client().list('?labelSelector=set%3Dred,set!%3Dred'))).toEqual([]);
    });

    it.each([
      'labelSelector=a+b+c',
      'fieldSelector=spec.no.such%3Dx',
      'limit=many',
      'resourceVersion=new',
      'continue=x',
    ])('is refused for %s', async (query) => {
      const answer = await client().list<StatusView>(`?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { kind: 'Status', reason: 'BadRequest' } });
    });

    it('comes in pages of one state', async () => {
      const names = await labelled('pages', 3);
      const selector = '&labelSelector=set%3Dpages';
      const first = await client().list(`?limit=1${selector}`);
      const late = await labelled('pages', 1);
      const seen = namesIn(first);
      let next = first.body.metadata.continue;
      expect(next).toBeDefined();
      while (next !== undefined) {
        const page: { body: ListView } = await client().list(
          `?limit=1${selector}&continue=${encodeURIComponent(next)}`,
        );
        expect(page.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
        seen.push(...namesIn(page));
        next = page.body.metadata.continue;
      }
      expect(seen.sort()).toEqual(names);
      expect(namesIn(await client().list(`?${selector.slice(1)}`))).toEqual([...names, ...late].sort());
    });

    it('shows the state it is asked for, and says when that is not there yet', async () => {
      const [name] = await labelled('versions', 1);
      const { resourceVersion } = (await client().list()).body.metadata;
      await client().patch(name!, 'merge', { metadata: { labels: { set: 'later' } } });
      const exact = `?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact&labelSelector=set%3Dversions`;
      expect(namesIn(await client().list(exact))).toEqual([name]);
      const future = await client().list<StatusView>('?resourceVersion=9000000000000000000&resourceVersionMatch=Exact');
      expect(future).toMatchObject({ status: 504, body: { reason: 'Timeout' } });
    });

    it('can be deleted as far as a selector goes', async () => {
      if (client().subject.deletesCollections === false) return;
      const doomed = await labelled('doomed', 2);
      const [spared] = await labelled('spared', 1);
      const { collection } = client().subject;
      const deleted = await client().ask(`${collection}?labelSelector=set%3Ddoomed`, { method: 'DELETE' });
      expect(deleted.status).toBe(200);
      for (const name of doomed) expect(await client().get(name)).toMatchObject({ status: 404 });
      expect(await client().get(spared!)).toMatchObject({ status: 200 });
    });
  });

  describe('what is shown', () => {
    it('is a table with a cell for every column, if a table is asked for', async () => {
      const [name] = await labelled('tables', 1);
      const list = await client().list<TableView>('?labelSelector=set%3Dtables', TABLE);
      const { kind, columnDefinitions, rows } = list.body;
      expect(kind).toBe('Table');
      expect(rows.map(({ cells }) => cells.length)).toEqual([columnDefinitions.length]);
      expect(rows[0]?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name } });
      const one = await client().get<TableView>(name!, TABLE);
      expect(one.body.rows).toHaveLength(1);
      expect(one.body.columnDefinitions).toEqual(columnDefinitions);
    });

    it('is the metadata alone, if that is asked for', async () => {
      const [name] = await labelled('partial', 1);
      const one = await client().get(name!, PARTIAL);
      expect(one.body.kind).toBe('PartialObjectMetadata');
      expect(Object.keys(one.body).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
      const list = await client().list('?labelSelector=set%3Dpartial', PARTIAL_LIST);
      expect(list.body).toMatchObject({ kind: 'PartialObjectMetadataList' });
      expect(namesIn(list)).toEqual([name]);
    });

    it('is YAML, if that is asked for, and YAML is read', async () => {
      const name = client().newName();
      const made = await client().write(
        'POST',
        client().subject.collection,
        yamlOf(client().object(name)),
        'application/yaml',
      );
      expect(made).toMatchObject({ status: 201 });
      const shown = await client().get(name, 'application/yaml');
      expect(shown.headers.get('content-type')).toMatch(/^application\/yaml/);
      expect(shown.text).toContain(`kind: ${client().subject.kind}\n`);
    });

    it('is nothing in a notation nobody speaks', async () => {
      expect(await client().list<StatusView>('', 'text/html')).toMatchObject({
        status: 406,
        body: { kind: 'Status', reason: 'NotAcceptable' },
      });
    });
  });

  it('is announced by discovery and described by OpenAPI', async () => {
    const { group, version, plural, kind } = client().subject;
    const root = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    const { body } = await client().ask<{ resources: { name: string; kind: string; verbs: string[] }[] }>(`/${root}`);
    const announced = body.resources.find(({ name }) => name === plural);
    expect(announced).toMatchObject({ kind });
    expect(announced?.verbs).toEqual(
      expect.arrayContaining(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
    );
    const document = await client().ask<{ components: { schemas: Record<string, object> } }>(`/openapi/v3/${root}`);
    const kinds = Object.values(document.body.components.schemas).map((schema) => JSON.stringify(schema));
    expect(kinds.some((schema) => schema.includes(`"kind":"${kind}"`))).toBe(true);
  });
}

/** JSON is YAML, but is read as JSON: this makes block style of the outermost level. */
function yamlOf(object: object): string {
  return Object.entries(object)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}
