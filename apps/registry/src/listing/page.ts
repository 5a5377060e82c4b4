import type { Exchange } from '../door/exchange.js';
import { OciError } from '../oci/oci-error.js';
import type { Page } from '../stream/repository-streams.js';

export interface PageLimits {
  /** Entries of a page whose client named no number. */
  usual: number;
  /** No page has more. */
  most: number;
  /** What becomes of a wish for more: a shorter page, with the link to the next; or PAGINATION_NUMBER_INVALID. */
  more: 'shortened' | 'refused';
}

/** Which page is asked for by `n` and `last`. Throws PAGINATION_NUMBER_INVALID. */
export function pageOf({ query }: Exchange, { usual, most, more }: PageLimits): Page {
  const last = query.get('last') ?? '';
  const asked = query.get('n');
  if (asked === null || asked === '') return { n: usual, last };
  const n = /^\d{1,100}$/.test(asked) ? Number(asked) : Number.NaN;
  if (n <= most) return { n, last };
  if (n > most && more === 'shortened') return { n: most, last };
  throw new OciError('PAGINATION_NUMBER_INVALID', 'invalid number of results requested', {
    detail: { n: asked.slice(0, 100), most },
  });
}

/**
 * One page of names, and the header that leads to the next. `read` gets one entry more than the page has: that there is
 * a next page is said only when there is.
 */
export async function readPage(
  path: string,
  page: Page,
  read: (page: Page) => Promise<string[]>,
): Promise<{ names: string[]; headers: Record<string, string> }> {
  if (page.n === 0) return { names: [], headers: {} };
  const names = await read({ ...page, n: page.n + 1 });
  if (names.length <= page.n) return { names, headers: {} };
  const shown = names.slice(0, page.n);
  const last = encodeURIComponent(shown.at(-1) ?? '');
  return { names: shown, headers: { Link: `<${path}?last=${last}&n=${page.n}>; rel="next"` } };
}
