import type { Exchange } from './exchange.js';

/** Paths of the public door beside `/v2/`: the token endpoint, signatures. Provided as a list under `PUBLIC_PATHS`. */
export interface PublicPath {
  /** Takes the request and answers it, or returns false when the path is not one of these. May throw `OciError`. */
  answer(exchange: Exchange): Promise<boolean> | false;
}

/** Nest token of `readonly PublicPath[]`, asked in order. */
export const PUBLIC_PATHS = Symbol('PublicPaths');
