import type { DocumentCipher } from '@faktorz/persistence';
import type { SecretCipher } from './secret-cipher.js';
import type { Secret } from './secret.js';

/** A Secret as it lies in the database: its data, and whatever a client noted of it in annotations, sealed. */
interface SealedSecret extends Omit<Secret, 'data' | 'stringData'> {
  sealed: string;
}

/** Seals the data of Secrets, bound to namespace and name. kubectl keeps a copy of an applied Secret in an annotation: annotations are sealed too. */
export function secretDocumentCipher(cipher: SecretCipher): DocumentCipher<Secret> {
  return {
    seal(secret): SealedSecret {
      const { data, stringData: _plain, ...rest } = secret;
      const { annotations, ...metadata } = rest.metadata;
      return { ...rest, metadata, sealed: cipher.seal(JSON.stringify({ data, annotations }), placeOf(rest)) };
    },
    open(stored): Secret {
      const { sealed, ...rest } = stored as SealedSecret;
      const { data, annotations } = JSON.parse(cipher.open(sealed, placeOf(rest))) as Pick<Secret, 'data'> &
        Secret['metadata'];
      return {
        ...rest,
        metadata: { ...rest.metadata, ...(annotations && { annotations }) },
        ...(data && { data }),
      };
    },
  };
}

function placeOf({ metadata }: Pick<Secret, 'metadata'>): string {
  return `secrets/${metadata.namespace ?? ''}/${metadata.name}`;
}
