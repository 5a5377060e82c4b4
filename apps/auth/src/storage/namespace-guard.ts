import { ApiError, forbidden, type KubeObject } from '@faktorz/apimachinery';
import type { ChangeTransaction, DocumentChange } from '@faktorz/persistence';

const LAST_POSITION = '9223372036854775807';

/**
 * Refuses what would come to lie in a namespace that is missing or going. The namespace stays locked against deletion
 * until the transaction ends, so nothing is left behind in one that is being emptied.
 */
export async function guardNamespace(
  tx: ChangeTransaction,
  plural: string,
  group: string,
  { type, object }: DocumentChange<KubeObject>,
): Promise<void> {
  const { namespace, name } = object.metadata;
  if (type !== 'ADDED' || namespace === undefined) return;
  const [heads, versions] = await tx.queryAll([
    {
      text: `SELECT 1 FROM document_head WHERE resource = 'namespaces' AND namespace = '' AND name = $1 FOR SHARE`,
      values: [namespace],
    },
    {
      text: `SELECT document -> 'metadata' ->> 'deletionTimestamp' AS deleted FROM document_version
        WHERE resource = 'namespaces' AND namespace = '' AND name = $1 AND valid_to = ${LAST_POSITION}`,
      values: [namespace],
    },
  ]);
  if (!heads?.length)
    throw new ApiError('NotFound', `namespaces ${JSON.stringify(namespace)} not found`, {
      name: namespace,
      kind: 'namespaces',
    });
  if (versions?.[0]?.['deleted']) {
    throw forbidden(
      plural,
      group,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}
