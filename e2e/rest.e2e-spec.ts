import { afterAll, beforeAll } from '@jest/globals';
import { restContract, type RestSubject } from '@faktorz/apimachinery/contract';
import { startSystem, type TestSystem } from '@faktorz/testing';

const NAMESPACE = 'contract';
let system: TestSystem;

beforeAll(async () => {
  // Nothing is changed by the system itself while a test looks at a version.
  system = await startSystem({
    env: {
      FAKTORZ_AUTH_PAUSED: 'true',
      FAKTORZ_IMPORTER_PAUSED: 'true',
      FAKTORZ_TRIGGER_DISPATCHER_PAUSED: 'true',
    },
  });
  await system.request('/api/v1/namespaces', { method: 'POST', json: { metadata: { name: NAMESPACE } } });
}, 120_000);

afterAll(() => system.stop(), 60_000);

type Facts = Pick<RestSubject, 'group' | 'kind' | 'plural'> & Partial<RestSubject> & { namespaced?: boolean };

/** A subject of the running system; `content` is what its objects hold beside kind and metadata. */
function served({ namespaced = true, ...facts }: Facts, content: (name: string) => object): () => RestSubject {
  const { group, kind, plural } = facts;
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  const root = group === '' ? '/api/v1' : `/apis/${apiVersion}`;
  return () => ({
    version: 'v1',
    collection: namespaced ? `${root}/namespaces/${NAMESPACE}/${plural}` : `${root}/${plural}`,
    send: (path, init) => system.request(path, init),
    object: (name) => ({ apiVersion, kind, metadata: { name }, ...content(name) }),
    ...facts,
  });
}

const image = { group: 'image.openshift.io' };

restContract(
  'configmaps',
  served({ group: '', kind: 'ConfigMap', plural: 'configmaps' }, () => ({ data: { a: 'b' } })),
);
restContract(
  'secrets',
  served({ group: '', kind: 'Secret', plural: 'secrets' }, () => ({ data: { a: 'Yg==' } })),
);
restContract(
  'namespaces',
  served(
    { group: '', kind: 'Namespace', plural: 'namespaces', namespaced: false, lingers: true, deletesCollections: false },
    () => ({}),
  ),
);
restContract(
  'imagestreams',
  served({ ...image, kind: 'ImageStream', plural: 'imagestreams', needsVersion: true }, () => ({
    spec: { tags: [{ name: 'latest', from: { kind: 'DockerImage', name: '127.0.0.1:1/shop/app:latest' } }] },
  })),
);
restContract(
  'images',
  served(
    {
      ...image,
      kind: 'Image',
      plural: 'images',
      namespaced: false,
      generatesNames: false,
      nameOf: (n) => `sha256:${n.toString(16).padStart(64, '0')}`,
    },
    (name) => ({ dockerImageReference: `127.0.0.1:1/shop/app@${name}` }),
  ),
);
restContract(
  'webhooks',
  served({ group: 'events.faktorz.io', kind: 'Webhook', plural: 'webhooks' }, () => ({
    spec: { url: 'http://127.0.0.1:1/', types: ['TagUpdated'], suspend: true },
  })),
);
restContract(
  'clusters',
  served({ group: 'triggers.faktorz.io', kind: 'Cluster', plural: 'clusters', namespaced: false }, () => ({
    spec: { kubeconfigSecret: { namespace: NAMESPACE, name: 'edge' }, suspend: true },
  })),
);
