import { z } from 'zod';

/** Where an object says which tags its images follow. */
export const TRIGGERS_ANNOTATION = 'image.openshift.io/triggers';

/** `"false"` is what the manual prints; it is read like `false`. */
const flag = z.union([z.boolean(), z.literal('true').transform(() => true), z.literal('false').transform(() => false)]);

/** Absent and null are empty, as in the API. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const entry = z.looseObject({
  from: z
    .looseObject({ kind: text, name: text, namespace: text, apiVersion: text })
    .nullish()
    .transform((from) => from ?? { kind: '', name: '', namespace: '', apiVersion: '' }),
  fieldPath: text,
  paused: flag.nullish().transform((paused) => paused ?? false),
});

/** One image of an object that follows a tag. */
export interface ImageTrigger {
  namespace: string;
  stream: string;
  tag: string;
  fieldPath: string;
  /** It is there, but does not fire. */
  isPaused?: boolean;
}

/** The annotation cannot be followed as a whole. */
export class InvalidTriggers extends Error {}

/**
 * The triggers of an annotation; entries that name no tag of a stream are left out. `namespace` is the object's, where an
 * entry names none. Throws InvalidTriggers.
 */
export function readTriggers(annotation: string, namespace: string): ImageTrigger[] {
  const entries = parsed(annotation);
  const seen = new Set<string>();
  for (const { fieldPath } of entries) {
    if (seen.has(fieldPath)) throw new InvalidTriggers(`duplicate triggers are not allowed: ${fieldPath}`);
    seen.add(fieldPath);
  }
  return entries.flatMap(({ from, fieldPath, paused }) => {
    const colon = from.name.indexOf(':');
    if (from.kind !== 'ImageStreamTag' || from.apiVersion !== '' || colon < 1) return [];
    const stream = from.name.slice(0, colon);
    const tag = { namespace: from.namespace || namespace, stream, tag: from.name.slice(colon + 1) };
    return [{ ...tag, fieldPath, ...(paused && { isPaused: true }) }];
  });
}

function parsed(annotation: string): z.infer<typeof entry>[] {
  let value: unknown;
  try {
    value = JSON.parse(annotation);
  } catch (error) {
    throw new InvalidTriggers(`${TRIGGERS_ANNOTATION} is not JSON`, { cause: error });
  }
  // What `oc set triggers --remove-all` leaves.
  if (value === null) return [];
  const result = z.array(entry).safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InvalidTriggers(`${TRIGGERS_ANNOTATION}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
