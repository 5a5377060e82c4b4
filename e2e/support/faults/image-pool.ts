import { type DockerRegistry, randomImage } from '@faktorz/testing';
import { IMAGE_API } from '../image-streams.js';
import type { PatientClient } from './patient-client.js';
import type { Random } from './random.js';

/** An image tags can move to. */
export interface PoolImage {
  digest: string;
  /** Its tag in the outside registry, as a pull spec. */
  pullSpec: string;
}

export const POOL_STREAM = 'pool';
const REPOSITORY = 'pool/app';

/** Images in the outside registry and, so that tags can name them by digest, in a stream of the namespace. */
export class ImagePool {
  private constructor(readonly images: readonly PoolImage[]) {}

  static async push(registry: DockerRegistry, count: number): Promise<ImagePool> {
    const images: PoolImage[] = [];
    for (let index = 0; index < count; index++) {
      const reference = `${REPOSITORY}:p${index}`;
      const digest = await registry.push(reference, randomImage({ layers: 1 }));
      images.push({ digest, pullSpec: `${registry.host}/${reference}` });
    }
    return new ImagePool(images);
  }

  /** Imports all of them into the stream `pool`. */
  async importInto(namespace: string, client: PatientClient): Promise<void> {
    await client.expect([201], 'POST', `${IMAGE_API}/namespaces/${namespace}/imagestreamimports`, {
      kind: 'ImageStreamImport',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: POOL_STREAM },
      spec: {
        import: true,
        images: this.images.map(({ pullSpec }, index) => ({
          from: { kind: 'DockerImage', name: pullSpec },
          to: { name: `p${index}` },
          importPolicy: { insecure: true },
        })),
      },
    });
  }

  /** An image that none of `recent` is. */
  other(random: Random, recent: readonly string[]): PoolImage {
    return random.pick(this.images.filter(({ digest }) => !recent.includes(digest)));
  }
}
