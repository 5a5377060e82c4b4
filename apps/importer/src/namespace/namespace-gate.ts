import { ApiError, forbidden, notFound } from '@faktorz/apimachinery';
import { ReadNamespace } from '@faktorz/domain';
import { IMAGE_GROUP } from '@faktorz/image-api';
import { Requests } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';

const REMEMBERED_MS = 5000;

/** Refuses imports into a namespace that is missing or going away. tag-tracker, who writes, looks again. */
@Injectable()
export class NamespaceGate {
  private readonly active = new Map<string, number>();

  constructor(private readonly requests: Requests) {}

  /** Throws `NotFound` or `Forbidden`. */
  async check(namespace: string): Promise<void> {
    const now = Date.now();
    if ((this.active.get(namespace) ?? 0) > now) return;
    this.active.delete(namespace);
    const { phase } = await this.requests.ask(ReadNamespace, { name: namespace });
    if (phase === undefined) throw notFound('namespaces', '', namespace);
    if (phase === 'Terminating') throw terminating(namespace);
    this.active.set(namespace, now + REMEMBERED_MS);
  }
}

function terminating(namespace: string): ApiError {
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return forbidden('imagestreamimports', IMAGE_GROUP, '', detail);
}
