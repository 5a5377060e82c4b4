import { jsonEquals, type FieldError, type JsonValue, type StoredResourceStrategy } from '@faktorz/apimachinery';
import type { ImageLookup } from '../image-lookup/image-lookup.js';
import type { Workload } from '../pod/pod-spec.js';
import { numberAt, type WorkloadKind } from './workload-kind.js';

/** How objects of a kind come into being and change: the server owns the status, the generation and the looked up images. */
export class WorkloadStrategy implements StoredResourceStrategy<Workload> {
  constructor(
    private readonly kind: WorkloadKind,
    private readonly lookup: ImageLookup,
  ) {}

  default(object: Workload): void {
    this.kind.default?.(object);
  }

  async prepareForCreate(object: Workload): Promise<void> {
    object.metadata.generation = 1;
    const status = this.kind.newStatus?.(object);
    if (status) object.status = status;
    else delete object.status;
    this.kind.prepare?.(object);
    await this.lookup.admit(this.kind, object);
  }

  async prepareForUpdate(object: Workload, old: Workload): Promise<void> {
    this.keepStatus(object, old);
    await this.lookup.admit(this.kind, object, old);
    const { generation = 1 } = old.metadata;
    object.metadata.generation = generation + (this.isChanged(object, old) ? 1 : 0);
  }

  validate(object: Workload, old: Workload | undefined): FieldError[] {
    return this.kind.validate(object, old);
  }

  private keepStatus(object: Workload, old: Workload): void {
    const isSent = this.kind.statusIsWrittenWith === 'object' && object.status !== undefined;
    if (!isSent && old.status) object.status = old.status;
    if (!isSent && !old.status) delete object.status;
    // The number of builds never goes back: their names are made of it.
    const version = numberAt(old.status, 'lastVersion');
    if (object.status && version > numberAt(object.status, 'lastVersion')) object.status['lastVersion'] = version;
  }

  private isChanged(object: Workload, old: Workload): boolean {
    if (!same(object.spec, old.spec) || !same(object.template, old.template)) return true;
    const { generationCountsAnnotations = false } = this.kind;
    return generationCountsAnnotations && !same(object.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  }
}

/** The strategy of `/status`: nothing but the status is new, and that is whatever the writer says. */
export const statusStrategy: StoredResourceStrategy<Workload> = {};

/** Absent and undefined are the same. */
function same(a: unknown, b: unknown): boolean {
  return jsonEquals(plain(a), plain(b));
}

function plain(value: unknown): JsonValue {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
