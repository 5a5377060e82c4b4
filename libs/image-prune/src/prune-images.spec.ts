import { ImageSet, type PruneRun } from '@faktorz/domain';
import { describe, expect, it } from '@jest/globals';
import type { ClusterSnapshot } from './cluster-snapshot.js';
import { ImageUsers } from './image-users.js';
import type { ApiObject, PruneApi } from './prune-api.js';
import { ImagePrune } from './prune-images.js';

const LONG_AGO = '2026-01-01T00:00:00Z';
const now = new Date('2026-05-01T12:00:00Z');
const run: PruneRun = { keepTagRevisions: 1, keepYoungerThanMs: 3_600_000, overSizeLimit: false, all: true, now };

function image(name: string, children: string[] = []) {
  return {
    metadata: { name, creationTimestamp: LONG_AGO },
    dockerImageReference: '',
    dockerImageMetadata: { Id: `config of ${name}` },
    dockerImageMetadataVersion: '1.0',
    dockerImageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    dockerImageLayers: [{ name: `layer of ${name}`, size: 1, mediaType: '' }],
    dockerImageManifests: children.map((digest) => ({
      digest,
      mediaType: '',
      manifestSize: 1,
      architecture: '',
      os: '',
    })),
  };
}

function stream(...images: string[]) {
  const items = images.map((name) => ({ image: name, created: LONG_AGO, dockerImageReference: '', generation: 1 }));
  const metadata = { namespace: 'shop', name: 'cart', creationTimestamp: LONG_AGO };
  return { metadata, status: { tags: [{ tag: 'latest', items }] } };
}

/** A server on which objects change while a run is under way. */
class Server implements PruneApi {
  readonly deleted: string[] = [];

  constructor(readonly objects: Map<string, ApiObject>) {}

  get<T extends ApiObject>(path: string): Promise<T> {
    const found = this.objects.get(path);
    return found ? Promise.resolve(found as T) : Promise.reject(new Error('not-found'));
  }

  async put(path: string, body: ApiObject): Promise<void> {
    this.objects.set(path.replace(/\/status$/, ''), body);
  }

  async delete(path: string): Promise<void> {
    this.deleted.push(path.split('/').at(-1) ?? '');
  }

  refusalOf(error: unknown) {
    return (error as Error).message === 'not-found' ? ('not-found' as const) : undefined;
  }
}

const IMAGE_API = '/apis/image.openshift.io/v1';
const CART = `${IMAGE_API}/namespaces/shop/imagestreams/cart`;

function prune(server: Server, cluster: Partial<ClusterSnapshot>, asked: string[] = []): ImagePrune {
  const note = async (repository: string, digest: string): Promise<void> => void asked.push(`${repository} ${digest}`);
  const snapshot = { users: new ImageUsers(run), repositories: [], sizeLimits: new Map<string, number>() };
  return new ImagePrune({
    api: server,
    cluster: { ...snapshot, streams: [], images: new ImageSet([]), ...cluster },
    run,
    namespace: '',
    workers: 1,
    confirm: true,
    registry: {
      storage: { deleteLayerLink: note, deleteManifestLink: note, deleteBlob: (digest) => note('everywhere', digest) },
    },
    say: () => undefined,
  });
}

describe('a run of pruning', () => {
  it('spares an image that a list names which was pushed meanwhile', async () => {
    const server = new Server(
      new Map<string, ApiObject>([
        [`${IMAGE_API}/imagestreams`, { items: [stream('new list')] }],
        [`${IMAGE_API}/images/new list`, image('new list', ['old', 'unknown'])],
      ]),
    );
    const images = new ImageSet([image('old'), image('older')]);
    const pruning = prune(server, { images });
    await pruning.prune();
    expect(pruning.failures).toEqual([]);
    expect(server.deleted).toEqual(['older']);
  });

  it('asks the registry for lists before images, and for these before layers', async () => {
    const server = new Server(new Map<string, ApiObject>([[CART, stream('kept', 'child', 'list')]]));
    server.objects.set(`${IMAGE_API}/imagestreams`, { items: [] });
    const images = new ImageSet([image('kept'), image('child'), image('list', ['child'])]);
    const streams = [{ namespace: 'shop', name: 'cart', created: LONG_AGO, tags: [] }];
    const asked: string[] = [];
    const pruning = prune(server, { images, streams }, asked);
    await pruning.prune();
    expect(pruning.failures).toEqual([]);
    const [first, second, ...layers] = asked.filter((line) => line.startsWith('shop/cart '));
    expect([first, second]).toEqual(['shop/cart list', 'shop/cart child']);
    expect(layers.sort()).toEqual([
      'shop/cart config of child',
      'shop/cart config of list',
      'shop/cart layer of child',
      'shop/cart layer of list',
    ]);
  });
});
