import type { FieldError, StoredResourceStrategy } from '@faktorz/apimachinery';
import type { ImageAdmission } from '../image-admission/image-admission.js';
import type { Workload } from '../pod/pod-spec.js';
import { same } from './same-value.js';
import { numberAt, type WorkloadKind } from './workload-kind.js';

/** How objects of a kind come into being and change: the server owns the status, the generation and the looked up images. */
export class WorkloadStrategy implements StoredResourceStrategy<Workload> {
  readonly allowUnconditionalUpdate: boolean;

  constructor(
    private readonly kind: WorkloadKind,
    private readonly admission: ImageAdmission,
  ) {
    this.allowUnconditionalUpdate = kind.allowsUnconditionalUpdate ?? true;
  }

  default(object: Workload): void {
    this.kind.default?.(object);
  }

  async prepareForCreate(object: Workload): Promise<void> {
    object.metadata.generation = 1;
    const status = this.kind.newStatus?.(object);
    if (status) object.status = status;
    else delete object.status;
    this.kind.prepare?.(object);
    await this.admission.admit(this.kind, object);
  }

  async prepareForUpdate(object: Workload, old: Workload): Promise<void> {
    this.keepStatus(object, old);
    await this.admission.admit(this.kind, object, old);
    const { generation = 1 } = old.metadata;
    object.metadata.generation = generation + (this.isChanged(object, old) ? 1 : 0);
  }

  validate(object: Workload, old: Workload | undefined): FieldError[] {
    return this.kind.validate(object, old);
  }

  private keepStatus(object: Workload, old: Workload): void {
    const isSent = this.kind.statusIsWrittenWith === 'object' && object.status !== undefined;
    const kept = this.kind.keepStatus?.(object.status, old.status) ?? old.status;
    if (!isSent && kept) object.status = kept;
    if (!isSent && !kept) delete object.status;
    // The number of builds never goes back: their names are made of it.
    const version = numberAt(old.status, 'lastVersion');
    if (object.status && version > numberAt(object.status, 'lastVersion')) object.status['lastVersion'] = version;
  }

  private isChanged(object: Workload, old: Workload): boolean {
    if (!same(object.spec, old.spec) || !same(object.template, old.template)) return true;
    if (numberAt(object.status, 'latestVersion') !== numberAt(old.status, 'latestVersion')) return true;
    const { generationCountsAnnotations = false } = this.kind;
    return generationCountsAnnotations && !same(object.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  }
}

/** The strategy of `/status`: nothing but the status is new, and that is whatever the writer says. */
export const statusStrategy: StoredResourceStrategy<Workload> = {};
