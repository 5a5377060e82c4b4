import { Injectable } from '@nestjs/common';
import { type AnswerOf, ApplyImport, type AskOf, type ImportResults } from '@faktorz/domain';
import { ApiError, statusOf } from '@faktorz/apimachinery';
import { Answers } from '@faktorz/messaging';
import { timestamp } from '../image-stream/write-cause.js';
import { ImportApplication } from './import-application.js';
import { ImportResultsReader } from './import-results.reader.js';
import { StreamAfterImport } from './stream-after-import.js';

/** Answers importer, which has a client waiting for its ImageStreamImport. */
@Injectable()
export class ApplyImportAnswer {
  constructor(
    private readonly results: ImportResultsReader,
    private readonly application: ImportApplication,
    private readonly after: StreamAfterImport,
  ) {}

  @Answers(ApplyImport)
  async applyImport(ask: AskOf<typeof ApplyImport>): Promise<AnswerOf<typeof ApplyImport>> {
    const results = 'readFrom' in ask.results ? await this.readResults(ask.results.readFrom) : ask.results;
    try {
      const cause = { by: ask.by.user, id: ask.importId, now: timestamp(new Date()) };
      await this.application.apply(results, cause);
    } catch (error) {
      if (error instanceof ApiError && error.code < 500) return { failure: { ...statusOf(error) } };
      throw error;
    }
    return { after: await this.after.read(results) };
  }

  /** That importer does not hand them out for a moment, as after a restart, is no refusal of the import: it may be tried again. */
  private async readResults(url: string): Promise<ImportResults> {
    try {
      return await this.results.read(url);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      const message = `the results of the import could not be read: ${cause.message}`;
      throw new ApiError('ServiceUnavailable', message, { retryAfterSeconds: 1 }, { cause });
    }
  }
}
