import { ApiError } from '@faktorz/apimachinery';
import type { Identity } from '@faktorz/domain';
import { CallerIdentity, IdentityGuard } from '@faktorz/service-kit';
import { Controller, Get, Header, Param, UseGuards } from '@nestjs/common';
import { ImportResultStore } from './import-result.store.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Hands import results to the other services: `GET /internal/imports/<importId>/results`. */
@Controller('internal/imports')
@UseGuards(IdentityGuard)
export class ImportResultController {
  constructor(private readonly results: ImportResultStore) {}

  @Get(':importId/results')
  @Header('content-type', 'application/json')
  async read(@Param('importId') importId: string, @CallerIdentity() caller: Identity): Promise<string> {
    if (!caller.user.startsWith('system:faktorz:'))
      throw new ApiError('Forbidden', 'only services may read import results');
    const results = UUID.test(importId) ? await this.results.read(importId) : undefined;
    if (results === undefined) throw new ApiError('NotFound', `there are no results of an import ${importId}`);
    return results;
  }
}
