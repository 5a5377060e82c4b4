import type { KubeObject, ResourceDefinition } from '@faktorz/apimachinery';
import { NamespaceGate } from '@faktorz/namespaces';
import { ChangeFeed, ChangeLog, DocumentStorage } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { ImageLookup } from './image-lookup/image-lookup.js';
import { workloadKinds } from './kind/kinds.js';
import type { WorkloadKind } from './kind/workload-kind.js';
import { workloadResource } from './kind/workload-resource.js';
import type { Workload } from './pod/pod-spec.js';
import { workloadSchemas } from './schema/workload-schemas.js';

/** Where the objects of each kind are kept, and the API they make. */
@Injectable()
export class WorkloadStorages {
  readonly all: readonly DocumentStorage<Workload>[];
  private readonly byKind: ReadonlyMap<WorkloadKind, DocumentStorage<Workload>>;

  constructor(
    private readonly log: ChangeLog,
    private readonly feed: ChangeFeed,
    private readonly gate: NamespaceGate,
    private readonly lookup: ImageLookup,
  ) {
    this.byKind = new Map(workloadKinds.map((kind) => [kind, this.storageOf(kind)]));
    this.all = [...this.byKind.values()];
  }

  /** The resources of this service, in the order of discovery. */
  definitions(): ResourceDefinition<KubeObject>[] {
    const schemas = workloadSchemas(workloadKinds);
    return [...this.byKind].map(([kind, storage]) => workloadResource({ kind, storage, lookup: this.lookup, schemas }));
  }

  private storageOf({ group, kind, plural, fields }: WorkloadKind): DocumentStorage<Workload> {
    return new DocumentStorage<Workload>(this.log, this.feed, {
      resource: group === '' ? plural : `${plural}.${group}`,
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
      kind,
      fields: fields as Readonly<Record<string, (object: Workload) => string>> | undefined,
      alongside: async (tx, { type, object }) => {
        if (type === 'ADDED') await this.gate.holdWritable(tx, object.metadata.namespace ?? '');
      },
    });
  }
}
