import { Injectable } from '@nestjs/common';
import { type KubeObject, notFound, type RequestContext, type ResourceHandlers } from '@faktorz/apimachinery';
import { ListPullSecrets, ReadSecret, type SecretContent } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { ImageRepository } from '../image/image-repository.js';
import { namespaceOf } from '../image-stream-tag/tag-views.js';
import { assembleStream } from './image-stream.assembly.js';
import { IMAGE_API_VERSION, IMAGE_GROUP } from './image-stream.js';
import { ImageStreamStore } from './image-stream.store.js';
import { imageStreamLayers, type ImageStreamLayers } from './image-stream-layers.js';

/** `imagestreams/layers`: every blob of the stream's images. Who may get it may pull. */
@Injectable()
export class ImageStreamLayersHandlers implements ResourceHandlers<ImageStreamLayers> {
  constructor(
    private readonly store: ImageStreamStore,
    private readonly images: ImageRepository,
  ) {}

  async get(context: RequestContext): Promise<ImageStreamLayers> {
    const name = context.name ?? '';
    const rows = await this.store.read({ namespace: namespaceOf(context), name });
    if (!rows) throw notFound('imagestreams', IMAGE_GROUP, name);
    const digests = [...new Set(rows.events.map(([, , , image]) => image))].filter((image) => image !== '');
    return imageStreamLayers(assembleStream(rows), digests, await this.images.findWithChildren(digests));
  }
}

/** The answer of `imagestreams/secrets`. */
export interface SecretList extends KubeObject {
  items: object[];
}

/** `imagestreams/secrets`: the pull secrets of the namespace, whatever the stream. */
@Injectable()
export class ImageStreamSecretsHandlers implements ResourceHandlers<SecretList> {
  constructor(private readonly requests: Requests) {}

  async get(context: RequestContext): Promise<SecretList> {
    const namespace = namespaceOf(context);
    const { names } = await this.requests.ask(ListPullSecrets, { namespace });
    const answers = await Promise.all(names.map((name) => this.requests.ask(ReadSecret, { namespace, name })));
    const secrets = answers.flatMap(({ secret }) => (secret ? [secret] : []));
    return {
      kind: 'SecretList',
      apiVersion: IMAGE_API_VERSION,
      metadata: {} as SecretList['metadata'],
      items: secrets.map((secret) => secretObject(namespace, secret)),
    };
  }
}

function secretObject(namespace: string, { name, type, annotations, data }: SecretContent): object {
  const metadata = { name, namespace, ...(Object.keys(annotations).length > 0 && { annotations }) };
  return { metadata, data, type };
}
