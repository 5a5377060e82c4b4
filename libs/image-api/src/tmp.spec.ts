import { expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { imageSchemas } from './index.js';
import { updateManagedFields, applyServerSide, decodeBody, type KubeObject } from '@faktorz/apimachinery';
import { applyPatch } from '../../apimachinery/src/patch/index.js';
const D = '/work/shared/golden/steps/';
const step = (n: string) => {
  const f = readdirSync(D).find((f) => f.startsWith(n + '-'))!;
  return JSON.parse(readFileSync(D + f, 'utf8'));
};
const T = { schema: 'com.github.openshift.api.image.v1.ImageStream', schemas: imageSchemas };
const kind = { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' };
const dec = (text: string) =>
  decodeBody({ bytes: Buffer.from(text), contentType: 'application/json', kind, ...T, fieldValidation: 'Strict' })
    .object as any;
function defaults(o: any) {
  o.spec ??= {};
  o.spec.lookupPolicy ??= { local: false };
  for (const t of o.spec.tags ?? []) {
    t.annotations ??= null;
    t.importPolicy ??= {};
    t.importPolicy.importMode ??= 'Legacy';
    t.referencePolicy ??= {};
    t.referencePolicy.type ||= 'Source';
    t.generation ??= null;
  }
}
const mf = (o: any) => (o.metadata.managedFields ?? []).map((m: any) => ({ ...m, time: undefined }));
it.each(['009', '013', '014', '214', '219'])('create %s', (n) => {
  const s = step(n);
  let h = s.http[0];
  const r = h.responseBody;
  const body =
    h.method === 'POST'
      ? dec(h.requestBody)
      : (() => {
          const o = structuredClone(r);
          delete o.metadata.managedFields;
          delete o.status;
          return o;
        })();
  defaults(body);
  updateManagedFields({
    next: body,
    manager: r.metadata.managedFields[0].manager,
    now: new Date(),
    apiVersion: 'image.openshift.io/v1',
    ...T,
  });
  expect(mf(body)).toEqual(mf(r));
});
it.each(['173', '175', '150', '182'])('patch %s', (n) => {
  const s = step(n);
  for (const [i, h] of s.http.entries()) {
    if (h.method !== 'PATCH') continue;
    let old = s.http[0].responseBody;
    if (old.kind?.endsWith('List')) {
      old = {
        kind: 'ImageStream',
        apiVersion: 'image.openshift.io/v1',
        ...old.items.find((x: any) => x.metadata.name === h.path.split('?')[0].split('/').pop()),
      };
    }
    const type = h.contentType.includes('strategic') ? 'strategic' : h.contentType.includes('merge') ? 'merge' : 'json';
    const p = applyPatch({ type, patch: Buffer.from(h.requestBody), current: old, ...T } as any);
    const next = dec(JSON.stringify(p));
    defaults(next);
    const sub = h.path.includes('/status?') ? 'status' : undefined;
    if (sub) {
      old = structuredClone(old);
      delete old.status;
    }
    updateManagedFields({
      old,
      next,
      subresource: sub,
      manager: /fieldManager=([\w-]+)/.exec(h.path)![1]!,
      now: new Date(),
      apiVersion: 'image.openshift.io/v1',
      ...T,
    });
    expect(mf(next)).toEqual(mf(h.responseBody));
    if (!sub) {
      const strip = (o: any) => JSON.parse(JSON.stringify(o.spec, (k, v) => (k === 'generation' ? undefined : v)));
      expect(strip(next)).toEqual(strip(h.responseBody));
    }
  }
});
it('apply 176 177', () => {
  const s = step('176');
  let cur = structuredClone(step('175').http[0].responseBody);
  for (const h of [...s.http, ...step('177').http]) {
    if (h.method !== 'PATCH') continue;
    const manager = /fieldManager=([\w-]+)/.exec(h.path)![1]!;
    const now = new Date('2026-11-22T14:12:40Z');
    if (h.contentType.includes('json-patch')) {
      const patch = JSON.parse(h.requestBody);
      expect(mf({ metadata: { managedFields: patch[0].value } })).toBeTruthy();
      patch[1].value = cur.metadata.resourceVersion;
      // what had to be there for kubectl to compute that patch
      console.log(JSON.stringify(cur.metadata.managedFields, null, 0), h.requestBody);
      const next = applyPatch({ type: 'json', patch: Buffer.from(JSON.stringify(patch)), current: cur, ...T }) as any;
      defaults(next);
      updateManagedFields({ old: cur, next, manager, now, apiVersion: 'image.openshift.io/v1', ...T });
      expect(mf(next)).toEqual(mf({ metadata: { managedFields: patch[0].value } }));
      cur = next;
    } else {
      const next = applyServerSide({
        current: cur,
        applied: dec(h.requestBody),
        manager,
        force: h.path.includes('force=true'),
        now,
        apiVersion: 'image.openshift.io/v1',
        ...T,
      }) as any;
      defaults(next);
      cur = next;
    }
  }
  const r = step('177').http[0].responseBody;
  expect(cur.metadata.managedFields).toEqual(r.metadata.managedFields);
  const strip = (o: any) => JSON.parse(JSON.stringify(o.spec, (k, v) => (k === 'generation' ? undefined : v)));
  expect(strip(cur)).toEqual(strip(r));
  expect(cur.metadata.annotations).toEqual(r.metadata.annotations);
  expect(cur.metadata.labels).toEqual(r.metadata.labels);
});
import { imageResources } from './index.js';
import {
  openApiV3Document,
  openApiV2Document,
  mergeOpenApiV2,
  openApiV2Protobuf,
} from '../../apimachinery/src/openapi/index.js';
import { coreSchemas } from '@faktorz/apimachinery';
const H = async () => {
  throw new Error('x');
};
const h = (...verbs: string[]) => Object.fromEntries(verbs.map((v) => [v, H])) as any;
const all: any[] = [
  { ...imageResources.images, handlers: h('create', 'delete', 'deleteCollection', 'get', 'list', 'update', 'changes') },
  { ...imageResources.imagesignatures, handlers: h('create', 'delete') },
  {
    ...imageResources.imagestreams,
    handlers: h('create', 'delete', 'deleteCollection', 'get', 'list', 'update', 'changes'),
    subresources: imageResources.imagestreams.subresources.map((s) => ({
      ...s,
      handlers: s.name === 'status' ? h('get', 'update') : h('get'),
    })),
  },
  { ...imageResources.imagestreamtags, handlers: h('create', 'delete', 'get', 'list', 'update') },
  { ...imageResources.imagetags, handlers: h('create', 'delete', 'get', 'list', 'update') },
  { ...imageResources.imagestreamimages, handlers: h('get') },
  { ...imageResources.imagestreamimports, handlers: h('create') },
  { ...imageResources.imagestreammappings, handlers: h('create') },
];
const core: any = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  stored: true,
  schema: 'io.k8s.api.core.v1.Secret',
  schemas: coreSchemas,
  handlers: h('get', 'list'),
};
const v3 = JSON.parse(JSON.stringify(openApiV3Document(all, 'image.openshift.io/v1')));
const v2 = JSON.parse(JSON.stringify(mergeOpenApiV2([openApiV2Document([core]), openApiV2Document(all)])));
function sub(want: any, got: any, at: string, out: string[]) {
  if (want === null || want === undefined) {
    if (got != null) out.push(at + ' want null got ' + JSON.stringify(got));
    return;
  }
  if (typeof want !== 'object') {
    if (want !== got) out.push(`${at}: want ${JSON.stringify(want)} got ${JSON.stringify(got)}`);
    return;
  }
  if (got === undefined || got === null) {
    out.push(at + ' missing');
    return;
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(got)) {
      out.push(at + ' no array');
      return;
    }
    for (const w of want) {
      const k = w?.name ?? w?.kind;
      const p =
        typeof w === 'object'
          ? got.find((g: any) => (w.group !== undefined ? g.group === w.group && g.kind === w.kind : g.name === w.name))
          : got.find((g: any) => g === w);
      sub(w, p, at + '[' + (k ?? w) + ']', out);
    }
    return;
  }
  for (const k of Object.keys(want)) {
    if (k === 'description' && typeof want[k] === 'string') continue;
    sub(want[k], got[k], at + '/' + k, out);
  }
}
const extra = (want: any, got: any) => Object.keys(got).filter((k) => !(k in want));
it.each(readdirSync(D).filter((f) => /openapi-v[23]/.test(f) && !/index/.test(f)))('%s', (f) => {
  const s = JSON.parse(readFileSync(D + f, 'utf8'));
  if (s.held) return;
  const r = s.http[0].responseBody;
  const out: string[] = [];
  const doc = f.includes('v2') ? v2 : v3;
  sub(r, doc, '', out);
  expect(out).toEqual([]);
  for (const [n, d] of Object.entries((r.definitions ?? r.components?.schemas ?? {}) as any)) {
    const g = (doc.definitions ?? doc.components.schemas)[n];
    expect(Object.keys((d as any).properties ?? {}).sort()).toEqual(Object.keys(g.properties ?? {}).sort());
    expect(extra(d, g)).toEqual([]);
    expect((d as any).required).toEqual(g.required);
  }
  if (r.paths)
    expect(
      Object.keys(doc.paths)
        .filter((p) => p.includes('image.openshift'))
        .sort(),
    ).toEqual(Object.keys(r.paths).sort());
});
it('pb', () => {
  expect(openApiV2Protobuf(all).length).toBeGreaterThan(1000);
});
it('table', () => {
  const norm = (c: any) =>
    typeof c === 'string' ? c.replace(/^(Less than a second|About an? \w+|\d+ \w+) ago$/, 'AGO') : c;
  const s = step('368');
  for (const row of s.http[0].responseBody.rows) {
    expect(imageResources.imagetags.columns!.map((c) => norm(c.cell(row.object, new Date())))).toEqual(
      row.cells.map(norm),
    );
  }
  const s2 = step('360');
  for (const row of s2.http[0].responseBody.rows) {
    const g = imageResources.imagestreams.columns!.map((c) => norm(c.cell(row.object, new Date())));
    const w = row.cells.map(norm);
    if (JSON.stringify(g) !== JSON.stringify(w)) console.log(g, w);
  }
});
