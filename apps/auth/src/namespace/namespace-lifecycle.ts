import {
  ApiError,
  forbidden,
  notFound,
  type DeleteOptions,
  type KubeObject,
  type WriteContext,
} from '@faktorz/apimachinery';
import { ChangeLog, Database, type DocumentStorage } from '@faktorz/persistence';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { AuthConfig } from '../auth.config.js';
import { AUTH_CONFIG } from '../auth.tokens.js';
import { AuthStorages } from '../storage/auth-storages.js';
import { nowInSeconds, OWN_WRITES } from '../storage/new-object.js';
import { foreignFinalizers, isTerminating, PERMANENT_NAMESPACES, type Namespace } from './namespace.js';

const LOOK_EVERY_MS = 1000;
const LAST_POSITION = '9223372036854775807';
const ATTEMPTS = 10;

/**
 * How a namespace goes: it is marked, every owner removes its objects and says so, auth removes its own, and when
 * nobody holds it any more it is gone. Each step can be repeated, by any replica.
 */
@Injectable()
export class NamespaceLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(NamespaceLifecycle.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly storages: AuthStorages,
    private readonly log: ChangeLog,
    private readonly database: Database,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Marks a namespace for removal; once marked, it stays so. Throws NotFound, Forbidden, and Conflict for preconditions that do not hold. */
  async begin(
    name: string,
    { preconditions }: DeleteOptions,
    context: WriteContext,
    dryRun = false,
  ): Promise<Namespace> {
    if (PERMANENT_NAMESPACES.includes(name))
      throw forbidden('namespaces', '', name, 'this namespace may not be deleted');
    for (let attempt = 1; ; attempt += 1) {
      const namespace = await this.storages.namespaces.get({ name });
      if (!namespace) throw notFound('namespaces', '', name);
      checkPreconditions(namespace, preconditions);
      if (isTerminating(namespace)) return namespace;
      const marked = { ...namespace, metadata: { ...namespace.metadata, deletionTimestamp: nowInSeconds() } };
      if (dryRun) return marked;
      try {
        const going = await this.storages.namespaces.update(marked, context);
        this.look();
        return going;
      } catch (error) {
        const isOvertaken = error instanceof ApiError && error.reason === 'Conflict' && attempt < ATTEMPTS;
        if (!isOvertaken) throw error;
      }
    }
  }

  /** Notes that an owner has nothing left in it. Reports about a namespace that is not going are passed over. */
  async reportEmptied(name: string, uid: string, owner: string): Promise<void> {
    const namespace = await this.storages.namespaces.get({ name });
    if (!namespace || namespace.metadata.uid !== uid || !isTerminating(namespace)) return;
    await this.database.query('INSERT INTO namespace_emptied (uid, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      uid,
      owner,
    ]);
    this.look();
  }

  private look(): void {
    this.looking ??= this.driveAll()
      .catch((error: Error) => this.logger.warn(`removing namespaces: ${error.message}`))
      .finally(() => {
        this.looking = undefined;
      });
  }

  private async driveAll(): Promise<void> {
    const going = await this.database.query<{ name: string }>(
      `SELECT name FROM document_version WHERE resource = 'namespaces' AND valid_to = ${LAST_POSITION}
       AND document -> 'metadata' ->> 'deletionTimestamp' IS NOT NULL`,
    );
    for (const { name } of going) await this.drive(name);
  }

  private async drive(name: string): Promise<void> {
    for (const storage of this.storages.namespaced) await this.empty(storage, name);
    const namespace = await this.storages.namespaces.get({ name });
    if (!namespace || !isTerminating(namespace) || foreignFinalizers(namespace).length > 0) return;
    const uid = namespace.metadata.uid!;
    const reported = await this.database.query<{ owner: string }>(
      'SELECT owner FROM namespace_emptied WHERE uid = $1',
      [uid],
    );
    const owners = new Set(reported.map(({ owner }) => owner));
    if (!this.config.FAKTORZ_AUTH_NAMESPACE_OWNERS.every((owner) => owners.has(owner))) return;
    await this.remove(namespace);
  }

  /** Finalizers do not hold the content of a namespace that is going: nobody could take them away later. */
  private async empty(storage: DocumentStorage<KubeObject>, namespace: string): Promise<void> {
    const { items } = await storage.list({ namespace });
    for await (const { metadata } of items) {
      await ignoring(
        ['NotFound'],
        this.log.transaction((tx) => storage.deleteIn(tx, { namespace, name: metadata.name }, undefined, OWN_WRITES)),
      );
    }
  }

  private async remove({ metadata: { name, uid, resourceVersion } }: Namespace): Promise<void> {
    const removing = this.log.transaction(async (tx) => {
      await this.storages.namespaces.deleteIn(tx, { name }, resourceVersion, OWN_WRITES);
      await tx.query('DELETE FROM namespace_emptied WHERE uid = $1', [uid]);
    });
    await ignoring(['NotFound', 'Conflict'], removing); // another replica was faster, or somebody writes: the next look sees it
  }
}

/** In words of their own: Kubernetes deletes namespaces apart from all other kinds. */
function checkPreconditions({ metadata }: Namespace, preconditions: DeleteOptions['preconditions']): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const differs =
    (uid !== undefined && uid !== metadata.uid) ||
    (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion);
  if (!differs) return;
  const detail =
    uid !== undefined && uid !== metadata.uid
      ? `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
      : `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
  const message = `Operation cannot be fulfilled on namespaces ${JSON.stringify(metadata.name)}: ${detail}`;
  throw new ApiError('Conflict', message, { name: metadata.name, kind: 'namespaces' });
}

async function ignoring(reasons: readonly string[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason === undefined || !reasons.includes(error.reason)) throw error;
  }
}
