import { z } from 'zod';

/** Errors of the distribution API, of token servers and of Docker Hub, as far as a reader of the message is served. */
const ErrorBody = z.object({
  errors: z.array(z.object({ code: z.string().catch(''), message: z.string().catch('') })).optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
  details: z.string().optional(),
  detail: z.string().optional(),
  message: z.string().optional(),
});

/** The error code of a distribution error answer (`MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `DENIED` …), if it is one. */
export function errorCode(body: Buffer): string | undefined {
  return parse(body)?.errors?.[0]?.code || undefined;
}

/** One short printable line of what the server said; empty when nothing of it is readable. */
export function errorDetail(body: Buffer): string {
  const parsed = parse(body);
  if (!parsed) return '';
  const first = parsed.errors?.[0];
  const text = first
    ? [first.code.toLowerCase().replaceAll('_', ' '), first.message].filter(Boolean).join(': ')
    : (parsed.details ?? parsed.detail ?? parsed.error_description ?? parsed.message ?? parsed.error ?? '');
  return printable(text).slice(0, 300);
}

function parse(body: Buffer): z.infer<typeof ErrorBody> | undefined {
  try {
    return ErrorBody.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function printable(text: string): string {
  // Control characters of a foreign server must reach no log and no terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
