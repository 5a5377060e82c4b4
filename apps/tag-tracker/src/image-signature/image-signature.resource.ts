import { Inject, Injectable } from '@nestjs/common';
import {
  alreadyExists,
  badRequest,
  type DeleteOptions,
  type HandlerAnswer,
  invalid,
  type KubeObject,
  notFound,
  type RequestContext,
  type ResourceHandlers,
} from '@faktorz/apimachinery';
import { randomUUID } from 'node:crypto';
import { ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { IMAGE_STORAGE } from '../image/image-repository.js';
import type { Image, ImageSignature as StoredSignature } from '../image/image.js';
import { signatureErrors, signatureNameParts } from '../image/image-signatures.js';
import { IMAGE_API_VERSION, IMAGE_GROUP } from '../image-stream/image-stream.js';
import { timestamp } from '../image-stream/write-cause.js';

/** A signature of an image, kept within the image. */
export interface ImageSignature extends KubeObject {
  type: string;
  content: string;
  [field: string]: unknown;
}

/** `imagesignatures`: created and deleted by `<image>@<name>`. */
@Injectable()
export class ImageSignatureHandlers implements ResourceHandlers<ImageSignature> {
  constructor(
    @Inject(IMAGE_STORAGE) private readonly images: DocumentStorage<Image>,
    private readonly log: ChangeLog,
  ) {}

  async create(signature: ImageSignature, context: RequestContext): Promise<ImageSignature> {
    const name = signature.metadata.name ?? '';
    const errors = signatureErrors(signature);
    if (errors.length > 0) throw invalid('ImageSignature', IMAGE_GROUP, name, errors);
    const { image: imageName } = nameParts(name);
    const { type, content } = signature;
    const metadata = { name, uid: randomUUID(), creationTimestamp: timestamp(new Date()) };
    const stored: StoredSignature = { metadata, type, content };
    await this.change(imageName, context, (image) => {
      const taken = (image.signatures ?? []).some(
        (other) => other.metadata.name === name || (other.type === type && other.content === content),
      );
      if (taken) throw alreadyExists('imageSignatures', IMAGE_GROUP, name);
      return [...(image.signatures ?? []), stored];
    });
    return { kind: 'ImageSignature', apiVersion: IMAGE_API_VERSION, ...stored };
  }

  async delete(_options: DeleteOptions, context: RequestContext): Promise<HandlerAnswer> {
    const name = context.name ?? '';
    const { image: imageName } = nameParts(name);
    await this.change(imageName, context, (image) => {
      const left = (image.signatures ?? []).filter((signature) => signature.metadata.name !== name);
      if (left.length === (image.signatures ?? []).length) throw notFound('imageSignatures', IMAGE_GROUP, name);
      return left;
    });
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  private async change(
    imageName: string,
    context: RequestContext,
    signaturesOf: (image: Image) => StoredSignature[],
  ): Promise<void> {
    await this.log.transaction(async (tx) => {
      const image = await this.images.getIn(tx, { name: imageName });
      if (!image) throw notFound('images', IMAGE_GROUP, imageName);
      const signatures = signaturesOf(image);
      if (context.dryRun) return;
      const { signatures: _old, ...rest } = image;
      const changed: Image = signatures.length > 0 ? { ...rest, signatures } : rest;
      await this.images.updateIn(tx, changed, { user: context.identity.user, requestId: context.requestId });
    });
  }
}

function nameParts(name: string): { image: string; signature: string } {
  const parts = signatureNameParts(name);
  if (!parts) throw badRequest('ImageSignatures must be accessed with <imageName>@<signatureName>');
  return parts;
}
