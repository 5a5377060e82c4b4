import type { ObjectKey } from '../storage.js';
import { badRequest } from '../status/errors.js';

/** Where the next page of a list goes on: after which object, as of which position. */
export interface ContinuePoint {
  /** Absent: as of now, whatever the pages before it showed. */
  position?: bigint;
  after: ObjectKey;
  /** How many objects come after it; known where the page before has counted them. */
  remaining?: number;
}

const VERSION = 'meta.k8s.io/v1';
/** Stands for no position, as in Kubernetes. */
const NOW = '-1';

/** The opaque `continue` of a list. */
export function encodeContinue({ position, after, remaining }: ContinuePoint): string {
  const start = `${after.namespace ?? ''}/${after.name}`;
  return Buffer.from(JSON.stringify({ v: VERSION, rv: position?.toString() ?? NOW, start, remaining })).toString(
    'base64url',
  );
}

/** Reads a `continue` token back. Throws BadRequest for what this server never gave out. */
export function decodeContinue(token: string): ContinuePoint {
  const content = parsed(token);
  if (typeof content !== 'object' || content === null) throw unreadable('not an object');
  const { v, rv, start, remaining } = content as Record<string, unknown>;
  if (v !== VERSION) throw unreadable(`server does not recognize this encoded version ${JSON.stringify(v)}`);
  if (!isPosition(rv)) throw unreadable('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || !/^[^/\0]*\/[^/\0]+$/.test(start)) throw unreadable('empty or malformed start key');
  const [namespace, name] = start.split('/');
  if (remaining !== undefined && (!Number.isSafeInteger(remaining) || (remaining as number) < 1)) {
    throw unreadable('incorrect number of remaining objects');
  }
  return {
    ...(rv !== NOW && { position: BigInt(rv) }),
    after: namespace === '' ? { name: name! } : { namespace, name: name! },
    ...(remaining !== undefined && { remaining: remaining as number }),
  };
}

function isPosition(rv: unknown): rv is string {
  if (typeof rv !== 'string') return false;
  return rv === NOW || (/^[1-9]\d{0,18}$/.test(rv) && BigInt(rv) <= 9223372036854775807n);
}

function parsed(token: string): unknown {
  if (!/^[A-Za-z0-9_-]+=*$/.test(token)) throw unreadable('illegal base64 data');
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw unreadable('invalid content');
  }
}

function unreadable(why: string): Error {
  return badRequest(`continue key is not valid: ${why}`);
}
