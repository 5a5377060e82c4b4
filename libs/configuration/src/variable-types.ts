import { z } from 'zod';

/** A TCP port of a listener; 0 lets the system choose. */
export const portNumber = z.coerce.number().int().min(0).max(65_535);

/**
 * Where a service is reached: one base URL, or several separated by commas when it has several replicas. Parses to the
 * list of URLs without trailing slashes.
 */
export function serviceUrls(defaultUrl: string) {
  return z
    .string()
    .default(defaultUrl)
    .transform((text, context) => {
      const urls = text.split(',').map((url) => url.trim().replace(/\/+$/, ''));
      for (const url of urls) {
        if (!isHttpUrl(url)) context.addIssue({ code: 'custom', message: 'expected http(s) URLs separated by commas' });
      }
      return urls;
    });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A switch: `true` or `false` and nothing else. Give it a default: `flag.default(false)`. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
