import { ApiError } from '@faktorz/apimachinery';
import { ReadNamespace } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { type ChangeTransaction, Database } from '@faktorz/persistence';
import { Inject, Injectable } from '@nestjs/common';

interface KnownNamespace {
  uid: string;
  phase: 'Active' | 'Terminating';
}

/**
 * Keeps writes out of namespaces that are missing or going away. What is known comes from auth's events; a namespace
 * not heard of yet is asked for, because its creator may be quicker than the event.
 */
@Injectable()
export class NamespaceGate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Requests) private readonly requests: Requests,
  ) {}

  /** Throws `NotFound` for a missing namespace and `Forbidden` for a terminating one, in Kubernetes' words. */
  async assertWritable(namespace: string): Promise<void> {
    const known = (await this.known(namespace)) ?? (await this.ask(namespace));
    if (!known) throw missing(namespace);
    if (known.phase !== 'Active') throw terminating(namespace);
  }

  /**
   * For the transaction that creates an object, after `assertWritable`: holds off the news that the namespace terminates
   * until the transaction ends, so that its clean-up finds the object. Throws as `assertWritable` does.
   */
  async holdWritable(tx: ChangeTransaction, namespace: string): Promise<void> {
    const [known] = await tx.query<KnownNamespace>('SELECT uid, phase FROM known_namespace WHERE name = $1 FOR SHARE', [
      namespace,
    ]);
    if (!known) throw missing(namespace);
    if (known.phase !== 'Active') throw terminating(namespace);
  }

  private async known(namespace: string): Promise<KnownNamespace | undefined> {
    const [row] = await this.database.query<KnownNamespace>('SELECT uid, phase FROM known_namespace WHERE name = $1', [
      namespace,
    ]);
    return row;
  }

  private async ask(namespace: string): Promise<KnownNamespace | undefined> {
    const { uid, phase } = await this.requests.ask(ReadNamespace, { name: namespace });
    if (!uid || !phase) return undefined;
    await this.database.query(
      'INSERT INTO known_namespace (name, uid, phase) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
      [namespace, uid, phase],
    );
    return { uid, phase };
  }
}

function missing(namespace: string): ApiError {
  return new ApiError('NotFound', `namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' });
}

function terminating(namespace: string): ApiError {
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new ApiError('Forbidden', detail, { causes: [cause] });
}
