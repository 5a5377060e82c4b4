import {
  BlobUnknown,
  ManifestUnknown,
  NameUnknown,
  RateLimited,
  UnauthorizedByRegistry,
  UnexpectedAnswer,
  type RegistryError,
} from '../errors.js';
import { errorCode, errorDetail } from './error-detail.js';
import { shown, type Exchange } from './exchange.js';
import { readRateLimit, readRetryAfterMs } from './rate-limit.js';

/** What a request asked for, to tell what its failure means. */
export type Wanted =
  { kind: 'manifest' | 'blob'; repository: string; reference: string } | { kind: 'tags'; repository: string };

/** The error that an answer other than 200 stands for. */
export function answerFailure(
  wanted: Wanted,
  { status, headers, url }: Pick<Exchange, 'status' | 'headers' | 'url'>,
  body: Buffer,
  hasCredential: boolean,
): RegistryError {
  const detail = errorDetail(body);
  if (status === 401 || status === 403) return new UnauthorizedByRegistry(shown(url), status, !hasCredential, detail);
  if (status === 429) return new RateLimited(shown(url), readRetryAfterMs(headers), readRateLimit(headers), detail);
  if (status === 404) return notFound(wanted, errorCode(body));
  return new UnexpectedAnswer(shown(url), status, detail);
}

function notFound(wanted: Wanted, code: string | undefined): RegistryError {
  if (wanted.kind === 'tags' || code === 'NAME_UNKNOWN') return new NameUnknown(wanted.repository);
  if (wanted.kind === 'blob') return new BlobUnknown(wanted.repository, wanted.reference);
  return new ManifestUnknown(wanted.repository, wanted.reference);
}
