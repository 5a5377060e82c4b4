import type { KubeObject, ResourceDefinition } from '@faktorz/apimachinery';
import { flag, int64, kindSchemas, object, optionalPart, text } from '../schema/schema-words.js';
import { virtualDefinition } from '../schema/stored-definition.js';
import { AUTH_GROUP } from '../token/user-token.js';
import type { KeyRotation, Rotated } from './key-rotation.js';

const SCHEMA = 'io.faktorz.auth.v1.EncryptionKeyRotation';

interface EncryptionKeyRotation extends KubeObject {
  spec?: { newKey?: boolean };
  status?: Rotated;
}

/** POST auth.faktorz.io/v1 encryptionkeyrotations: seals all Secrets anew. Nothing of it is stored. */
export function keyRotationResource(rotation: KeyRotation): ResourceDefinition {
  return virtualDefinition<EncryptionKeyRotation>({
    group: AUTH_GROUP,
    kind: 'EncryptionKeyRotation',
    plural: 'encryptionkeyrotations',
    singular: 'encryptionkeyrotation',
    namespaced: false,
    schema: SCHEMA,
    schemas: {
      ...kindSchemas({
        name: SCHEMA,
        group: AUTH_GROUP,
        kind: 'EncryptionKeyRotation',
        description: 'Seals all Secrets anew under the first key of the key file.',
        properties: {
          spec: optionalPart(`${SCHEMA}Spec`, 'How.'),
          status: optionalPart(`${SCHEMA}Status`, 'What was done.'),
        },
      }),
      [`${SCHEMA}Spec`]: object('How.', { newKey: flag('Put a new key before the others first.') }),
      [`${SCHEMA}Status`]: object('What was done.', {
        keyId: text('Id of the key that everything is sealed with now.'),
        resealed: int64('How many versions were sealed anew.'),
      }),
    },
    handlers: {
      create: async (request, { dryRun }) =>
        dryRun ? request : { ...request, status: await rotation.rotate(request.spec?.newKey ?? false) },
    },
  });
}
