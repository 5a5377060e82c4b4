import { Injectable } from '@nestjs/common';
import { type AnswerOf, ApplyImport, type AskOf } from '@faktorz/domain';
import { ApiError, statusOf } from '@faktorz/apimachinery';
import { Answers } from '@faktorz/messaging';
import { timestamp } from '../image-stream/write-cause.js';
import { ImportApplication } from './import-application.js';
import { ImportResultsReader } from './import-results.reader.js';

/** Answers importer, which has a client waiting for its ImageStreamImport. */
@Injectable()
export class ApplyImportAnswer {
  constructor(
    private readonly results: ImportResultsReader,
    private readonly application: ImportApplication,
  ) {}

  @Answers(ApplyImport)
  async applyImport(ask: AskOf<typeof ApplyImport>): Promise<AnswerOf<typeof ApplyImport>> {
    try {
      const results = await this.results.read(ask.resultsUrl);
      const cause = { by: ask.by.user, id: ask.importId, now: timestamp(new Date()) };
      return { resourceVersion: await this.application.apply(results, cause) };
    } catch (error) {
      if (error instanceof ApiError && error.code < 500) return { failure: { ...statusOf(error) } };
      throw error;
    }
  }
}
