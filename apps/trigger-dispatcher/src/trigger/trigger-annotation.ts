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
    if (whyIdle(from) !== undefined) return [];
    const [stream = '', ...rest] = from.name.split(':');
    const tag = { namespace: from.namespace || namespace, stream, tag: rest.join(':') };
    return [{ ...tag, fieldPath, ...(paused && { isPaused: true }) }];
  });
}

/** Why entries of an annotation never fire, whatever tags do; `base` is where the pod spec of the kind stands. Throws InvalidTriggers. */
export function idleTriggers(annotation: string, base: string): string[] {
  return parsed(annotation).flatMap(({ from, fieldPath }, index) => {
    const isElsewhere = !fieldPath.startsWith(`${base}.`);
    const why = whyIdle(from) ?? (isElsewhere ? `fieldPath must begin with ${base}., not "${fieldPath}"` : undefined);
    return why === undefined ? [] : [`trigger ${index + 1} of ${TRIGGERS_ANNOTATION} never fires: ${why}`];
  });
}

function whyIdle({ kind, name, apiVersion }: z.infer<typeof entry>['from']): string | undefined {
  if (kind !== 'ImageStreamTag') return `from.kind must be ImageStreamTag, not "${kind}"`;
  if (apiVersion !== '') return `from.apiVersion must be absent, not "${apiVersion}"`;
  return name.indexOf(':') < 1 ? `from.name must be STREAM:TAG, not "${name}"` : undefined;
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
  const where = [TRIGGERS_ANNOTATION, ...(issue?.path.length ? [issue.path.join('.')] : [])].join(': ');
  throw new InvalidTriggers(`${where}: ${issue?.message ?? 'invalid'}`);
}
