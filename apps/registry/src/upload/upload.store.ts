import { randomUUID } from 'node:crypto';
import { Database, type SqlStatement } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import type { DigestAlgorithm } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import type { RepositoryName } from '../oci/repository-name.js';
import { Turns } from '../turns/turns.js';

/** An upload under way. */
export interface Upload {
  readonly id: string;
  /** Where its bytes are. */
  readonly draftId: string;
  readonly repository: RepositoryName;
  readonly algorithm: DigestAlgorithm;
  /** How much of it was acknowledged. */
  readonly offsetBytes: number;
}

/** An upload only this request may write. */
export interface ClaimedUpload extends Upload {
  readonly claim_token: string;
  /** Where they were, when a claim that had run out was taken over. */
  readonly previousDraftId: string | undefined;
}

/** Who continues an upload: it belongs to one user and one repository. */
export interface UploadKey {
  readonly id: string;
  readonly repository: RepositoryName;
  readonly owner: string;
}

export const UPLOAD_WORK = { table: 'upload', keyColumns: ['id'] };
/** What a killed process was writing can be continued after this time. */
export const UPLOAD_LEASE_SECONDS = 15;

/** In the statement that names it: its loss in a crash of the database does no harm, so it does not wait for the disk. */
const UNHURRIED = `(SELECT set_config('synchronous_commit', 'off', true) = 'off' AS unhurried) AS commit_setting`;
/** However many uploads there are at once, they wait for each other, and leave connections for pulls. */
const CHANGED_AT_ONCE = 8;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OURS = 'id = $1 AND namespace = $2 AND stream = $3 AND owner = $4';

interface UploadRow {
  algorithm: DigestAlgorithm;
  draft_id: string;
  previous_draft_id: string | null;
  offset_bytes: string;
}

/**
 * Upload sessions, for every replica to go on with. A crash of the database may take the last moments of a session with
 * it (its client then hears the earlier offset), so nothing here waits for the disk.
 */
@Injectable()
export class UploadStore {
  private readonly turns = new Turns(CHANGED_AT_ONCE);

  constructor(private readonly database: Database) {}

  async begin(repository: RepositoryName, owner: string, algorithm: DigestAlgorithm): Promise<Upload> {
    const id = randomUUID();
    await this.change(
      `INSERT INTO upload (id, namespace, stream, owner, algorithm, draft_id)
       SELECT $1, $2, $3, $4, $5, $1 FROM ${UNHURRIED} WHERE unhurried`,
      [id, repository.namespace, repository.stream, owner, algorithm],
    );
    return { id, draftId: id, repository, algorithm, offsetBytes: 0 };
  }

  /** Throws BLOB_UPLOAD_UNKNOWN, also for another's upload. */
  async read(key: UploadKey): Promise<Upload> {
    const [row] = await this.database.query<UploadRow>(
      `SELECT algorithm, draft_id, offset_bytes FROM upload WHERE ${OURS}`,
      valuesOf(key),
    );
    if (!row) throw unknown(key.id);
    return uploadOf(key, row);
  }

  /** Throws BLOB_UPLOAD_UNKNOWN, and BLOB_UPLOAD_INVALID while another request writes it. */
  async claim(key: UploadKey): Promise<ClaimedUpload> {
    const token = randomUUID();
    const [row] = await this.change<UploadRow>(
      `UPDATE upload SET claim_token = $5, claimed_until = now() + make_interval(secs => $6), touched_at = now(),
         draft_id = CASE WHEN claim_token IS NULL THEN draft_id ELSE $5::uuid END,
         previous_draft_id = CASE WHEN claim_token IS NULL THEN NULL ELSE draft_id END
       FROM ${UNHURRIED} WHERE unhurried AND ${OURS} AND (claimed_until IS NULL OR claimed_until < now())
       RETURNING algorithm, draft_id, previous_draft_id, offset_bytes`,
      [...valuesOf(key), token, UPLOAD_LEASE_SECONDS],
    );
    if (row) {
      return { ...uploadOf(key, row), claim_token: token, previousDraftId: row.previous_draft_id ?? undefined };
    }
    await this.read(key);
    throw new OciError('BLOB_UPLOAD_INVALID', 'another request is writing this upload', {
      status: 409,
      headers: { 'Retry-After': '2' },
    });
  }

  /** Ends a claim; the upload goes on from `offsetBytes`. */
  async release({ id, claim_token }: ClaimedUpload, offsetBytes: number): Promise<void> {
    await this.change(
      `UPDATE upload SET claim_token = NULL, claimed_until = NULL, offset_bytes = $3, touched_at = now()
       FROM ${UNHURRIED} WHERE unhurried AND id = $1 AND claim_token = $2`,
      [id, claim_token, offsetBytes],
    );
  }

  /** Part of the transaction that makes the blob of it; a claim that was taken over meanwhile stays another's. */
  ending({ id, claim_token }: ClaimedUpload): SqlStatement {
    return { text: 'DELETE FROM upload WHERE id = $1 AND claim_token = $2', values: [id, claim_token] };
  }

  /** Forgets the upload; whoever holds its claim finds out at the end. */
  async remove(id: string): Promise<void> {
    await this.database.query('DELETE FROM upload WHERE id = $1', [id]);
  }

  private change<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.turns.take(() => this.database.query<Row>(text, values));
  }
}

function valuesOf({ id, repository, owner }: UploadKey): string[] {
  if (!UUID.test(id)) throw unknown(id);
  return [id, repository.namespace, repository.stream, owner];
}

function uploadOf({ id, repository }: UploadKey, { algorithm, draft_id, offset_bytes }: UploadRow): Upload {
  return { id, draftId: draft_id, repository, algorithm, offsetBytes: Number(offset_bytes) };
}

function unknown(id: string): OciError {
  return new OciError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { detail: { id: id.slice(0, 100) } });
}
