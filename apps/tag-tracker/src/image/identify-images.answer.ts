import { Injectable } from '@nestjs/common';
import { type AnswerOf, type AskOf, IdentifyImages } from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { ImageRepository } from './image-repository.js';

/** Tells importer which objects the images it has found are. */
@Injectable()
export class IdentifyImagesAnswer {
  constructor(private readonly images: ImageRepository) {}

  @Answers(IdentifyImages)
  async identify({ digests }: AskOf<typeof IdentifyImages>): Promise<AnswerOf<typeof IdentifyImages>> {
    return { images: await this.images.identities(digests) };
  }
}
