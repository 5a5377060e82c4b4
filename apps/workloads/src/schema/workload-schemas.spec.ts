import { describe, expect, it } from '@jest/globals';
import { workloadKinds } from '../kind/kinds.js';
import { schemaName, workloadSchemas } from './workload-schemas.js';

const schemas = workloadSchemas(workloadKinds);

describe('the schemas', () => {
  it('hold every component they refer to', () => {
    const named = [...JSON.stringify(schemas).matchAll(/#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(named)].filter((name) => !(name in schemas))).toEqual([]);
  });

  it.each(workloadKinds.map((kind) => [kind.kind, kind] as const))('describe %s and its list', (_name, kind) => {
    const name = schemaName(kind);
    const gvk = [{ group: kind.group, version: 'v1', kind: kind.kind }];
    expect(schemas[name]?.['x-kubernetes-group-version-kind']).toEqual(gvk);
    expect(schemas[`${name}List`]).toBeDefined();
  });

  it('say how lists of a pod are merged', () => {
    const { properties = {} } = schemas['io.k8s.api.core.v1.PodSpec'] ?? {};
    expect(properties['containers']).toMatchObject({
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-list-map-keys': ['name'],
    });
    expect(properties['volumes']).toMatchObject({ 'x-kubernetes-patch-strategy': 'merge,retainKeys' });
    expect(properties['tolerations']).toMatchObject({ 'x-kubernetes-list-type': 'atomic' });
    const container = schemas['io.k8s.api.core.v1.Container']?.properties ?? {};
    expect(container['ports']).toMatchObject({ 'x-kubernetes-list-map-keys': ['containerPort', 'protocol'] });
    const volume = schemas['io.k8s.api.core.v1.Volume']?.properties ?? {};
    expect(Object.keys(volume)).toEqual(expect.arrayContaining(['name', 'emptyDir', 'secret', 'projected']));
  });
});
