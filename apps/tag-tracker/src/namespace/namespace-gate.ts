import { Injectable } from '@nestjs/common';
import { ApiError } from '@faktorz/apimachinery';
import { ReadNamespace } from '@faktorz/domain';
import { Requests } from '@faktorz/messaging';
import { Database } from '@faktorz/persistence';

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
    private readonly database: Database,
    private readonly requests: Requests,
  ) {}

  /** Throws `NotFound` for a missing namespace and `Forbidden` for a terminating one, in Kubernetes' words. */
  async assertWritable(namespace: string): Promise<void> {
    const known = (await this.known(namespace)) ?? (await this.ask(namespace));
    if (!known) {
      throw new ApiError('NotFound', `namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' });
    }
    if (known.phase === 'Active') return;
    throw new ApiError(
      'Forbidden',
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    );
  }

  private async known(namespace: string): Promise<KnownNamespace | undefined> {
    const [row] = await this.database.query<KnownNamespace>(
      'SELECT uid, phase FROM known_namespace WHERE name = $1',
      [namespace],
    );
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
