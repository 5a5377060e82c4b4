import { MalformedAnswer } from '../errors.js';
import { shown } from './exchange.js';

/**
 * The next page named by a `Link: <…>; rel="next"` header (RFC 8288), always on the host that sent it: proxies are known
 * to write `http://` or an inner name there. Undefined when there is none.
 */
export function nextPage(current: URL, header: string | undefined): URL | undefined {
  const target = header && /<([^>]*)>\s*;[^<]*\brel="?next"?/i.exec(header)?.[1];
  if (!target) return undefined;
  try {
    const { pathname, search } = new URL(target, current);
    return new URL(pathname + search, current.origin);
  } catch (cause) {
    throw new MalformedAnswer(shown(current), 'its Link header names no URL', { cause });
  }
}
