import {
  type ChangeFeed,
  type ChangeLog,
  type ChangeTransaction,
  type DocumentChange,
  DocumentStorage,
} from '@faktorz/persistence';
import { IMAGE_API_VERSION } from '../image-stream/image-stream.js';
import type { Image } from './image.js';
import { IMAGE_RESOURCE } from './image-repository.js';

/** Where images are kept; which lists name which images is kept beside them. */
export function imageStorage(log: ChangeLog, feed: ChangeFeed): DocumentStorage<Image> {
  return new DocumentStorage<Image>(log, feed, {
    resource: IMAGE_RESOURCE,
    apiVersion: IMAGE_API_VERSION,
    kind: 'Image',
    alongside: keepChildrenUp,
  });
}

/** What a list consists of never changes. */
async function keepChildrenUp(tx: ChangeTransaction, { type, object }: DocumentChange<Image>): Promise<void> {
  const children = object.dockerImageManifests ?? [];
  if (children.length === 0 || type === 'MODIFIED') return;
  const list = object.metadata.name;
  if (type === 'DELETED') {
    await tx.query('DELETE FROM list_child WHERE list = $1', [list]);
    return;
  }
  const digests = children.map(({ digest }) => digest);
  await tx.query(
    'INSERT INTO list_child (list, child) SELECT $1, child FROM unnest($2::text[]) AS child ON CONFLICT DO NOTHING',
    [list, digests],
  );
}
