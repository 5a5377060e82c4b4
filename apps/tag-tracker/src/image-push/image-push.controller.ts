import { randomUUID } from 'node:crypto';
import { ApiError, invalid, notFound } from '@faktorz/apimachinery';
import { type Identity, PushedImage, validateImage } from '@faktorz/domain';
import { CallerIdentity, IdentityGuard } from '@faktorz/service-kit';
import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { prettifyError } from 'zod';
import { asDomainImage } from '../image/image.strategy.js';
import type { EmbeddedImage } from '../image/image.js';
import { IMAGE_GROUP } from '../image-stream/image-stream.js';
import { ImagePushes } from './image-pushes.js';

/**
 * `POST /internal/pushes`: what the integrated registry was sent, on behalf of who sent it and whose rights it has
 * checked. Repeating a push changes nothing.
 */
@Controller('internal/pushes')
@UseGuards(IdentityGuard)
export class ImagePushController {
  constructor(private readonly pushes: ImagePushes) {}

  @Post()
  @HttpCode(204)
  async record(@Body() body: unknown, @CallerIdentity() identity: Identity): Promise<void> {
    const push = PushedImage.safeParse(body);
    if (!push.success) throw new ApiError('BadRequest', `this is no push: ${prettifyError(push.error)}`);
    const { namespace, stream, tags, mayCreateStream } = push.data;
    const key = { namespace, name: stream };
    const image = this.pushes.imageOf(push.data.image as EmbeddedImage, key);
    const errors = validateImage(asDomainImage(image));
    if (errors.length > 0) throw invalid('Image', IMAGE_GROUP, image.metadata.name, errors);
    const context = { identity, requestId: randomUUID(), dryRun: false };
    const isRecorded = await this.pushes.record({ key, tags, image, mayCreateStream }, context);
    if (!isRecorded) throw notFound('imagestreams', IMAGE_GROUP, stream);
  }
}
