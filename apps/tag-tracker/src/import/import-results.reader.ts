import { Injectable } from '@nestjs/common';
import { ImportResults } from '@faktorz/domain';
import { ServiceHttp } from '@faktorz/service-kit';

const READ_TIMEOUT_MS = 30_000;

/** Reads what an import found out from the importer that found it: it may be megabytes, so it does not travel in messages. */
@Injectable()
export class ImportResultsReader {
  constructor(private readonly http: ServiceHttp) {}

  /** Throws `NotFound` when importer no longer has them, `ServiceUnavailable` when it cannot be reached. */
  async read(resultsUrl: string): Promise<ImportResults> {
    const { origin, pathname, search } = new URL(resultsUrl);
    const importer = this.http.service('importer', origin);
    return ImportResults.parse(await importer.getJson(`${pathname}${search}`, { timeoutMs: READ_TIMEOUT_MS }));
  }
}
