import { invalid, type RequestContext } from '@faktorz/apimachinery';
import {
  type DockerImageReference,
  exactReference,
  parseImageReference,
  type StreamName,
  type TagEvent,
  validateStreamName,
} from '@faktorz/domain';
import { ChangeLog } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { asDomainImage, complete, dropStoredManifest } from '../image/image.strategy.js';
import { ImageRepository } from '../image/image-repository.js';
import { type EmbeddedImage, type Image, MANAGED_ANNOTATION } from '../image/image.js';
import { StreamLimits } from '../limits/stream-limits.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { RepositoryNames } from '../image-stream/repository-names.js';
import { StreamWrites } from '../image-stream/stream-writes.js';
import { timestamp } from '../image-stream/write-cause.js';

/** An image that now belongs on tags of a stream. */
export interface ImagePush {
  key: StreamName;
  /** None: the image is made known, and no stream is touched. */
  tags: readonly string[];
  image: Image;
  mayCreateStream: boolean;
}

/** Puts images on tags: for pushes to the integrated registry, and for imagestreammappings. */
@Injectable()
export class ImagePushes {
  constructor(
    private readonly log: ChangeLog,
    private readonly writes: StreamWrites,
    private readonly images: ImageRepository,
    private readonly names: RepositoryNames,
    private readonly limits: StreamLimits,
  ) {}

  /** The image as it is stored: completed from its manifest, which is dropped where the registry keeps it, and with its place. */
  imageOf(sent: EmbeddedImage | undefined, key: StreamName): Image {
    const { signatures: _signatures, ...parts } = sent ?? { metadata: {} };
    const image = complete({
      ...parts,
      kind: 'Image',
      apiVersion: 'image.openshift.io/v1',
      metadata: { ...parts.metadata, name: parts.metadata?.name ?? '' },
    });
    if (!image.dockerImageReference && this.names.hosts.internal) {
      const id = image.metadata.name && `@${image.metadata.name}`;
      image.dockerImageReference = `${this.names.internal(key.namespace, key.name, null)}${id}`;
    }
    dropStoredManifest(image);
    return image;
  }

  /** Stores image and history in one write. False when there is no such stream and none may be made. Throws `LimitExceeded`. */
  async record(
    { key, tags, image, mayCreateStream }: ImagePush,
    context: Pick<RequestContext, 'identity' | 'requestId' | 'dryRun'>,
  ): Promise<boolean> {
    const cause = { by: context.identity.user, id: context.requestId, now: timestamp(new Date()) };
    const writer = { user: cause.by, requestId: cause.id };
    await this.limits.checkImage(key, asDomainImage(image));
    if (tags.length === 0) {
      await this.log.transaction((tx) => this.images.storeMissing(tx, [image], writer, cause.now));
      return true;
    }
    const dockerImageReference = this.placeOf(image, await this.images.find(image.metadata.name), key);
    const options = { mayCreate: mayCreateStream, dryRun: context.dryRun };
    const written = await this.writes.write(key, cause, options, async ({ before, head, draft }, tx) => {
      if (!before) checkNewStream(key);
      if (!before) head.generation = 1;
      await this.images.storeMissing(tx, [image], writer, cause.now);
      await draft.load(tags);
      const event: TagEvent = {
        created: cause.now,
        dockerImageReference,
        image: image.metadata.name,
        generation: head.generation,
      };
      for (const tag of tags) await draft.addEvent(tag, event, 'push');
    });
    return written !== undefined;
  }

  /** An image that was pushed before, to whatever stream, is pulled through this one. */
  private placeOf(image: Image, existing: Image | undefined, key: StreamName): string {
    const reference = image.dockerImageReference ?? '';
    if (existing?.metadata.annotations?.[MANAGED_ANNOTATION] !== 'true') return reference;
    const parsed: DockerImageReference = parseImageReference(reference);
    return exactReference({ ...parsed, namespace: key.namespace, name: key.name, tag: '', id: image.metadata.name });
  }
}

function checkNewStream(key: StreamName): void {
  const errors = validateStreamName(key.name, key.namespace);
  if (errors.length > 0) throw invalid('ImageStream', IMAGE_GROUP, key.name, errors);
}
