import { z } from 'zod';

/** A kind of event: its name, CloudEvents type and the schema of its data. */
export interface EventDefinition<Data extends z.ZodObject = z.ZodObject> {
  /** Kebab-case name as it stands in the NATS subject, e.g. `tag-updated`. */
  readonly name: string;
  /** CloudEvents `type`, e.g. `io.faktorz.TagUpdated.v1`. */
  readonly type: string;
  /** The name as users write it, e.g. `TagUpdated`. */
  readonly kind: string;
  /** The service that publishes it. */
  readonly owner: string;
  readonly schema: Data;
}

/** The data of an event of this kind. */
export type DataOf<E extends EventDefinition> = z.infer<E['schema']>;

/** Describes an event once: `defineEvent('tag-tracker', 'TagUpdated', z.object({ … }))`. Unknown fields survive parsing, so old consumers can meet new events. */
export function defineEvent<Data extends z.ZodObject>(
  owner: string,
  kind: string,
  data: Data,
  version = 1,
): EventDefinition<Data> {
  return {
    name: kind.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase(),
    type: `io.faktorz.${kind}.v${version}`,
    kind,
    owner,
    schema: data.loose() as unknown as Data,
  };
}
