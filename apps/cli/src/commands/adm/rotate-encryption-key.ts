import type { Call, Command } from '../../command.js';
import { UsageError } from '../../errors.js';

export const command: Command = {
  usage: 'adm rotate-encryption-key [--keep-file] [options]',
  description:
    'Put a new key before those in the encryption key file and encrypt all secrets anew under it, while everything goes on. Keys that are no longer needed stay in the file until you remove them.',
  examples: ['adm rotate-encryption-key', 'adm rotate-encryption-key --keep-file'],
  flags: [{ name: 'keep-file', kind: 'bool', usage: 'Leave the file alone: a new key is its first line already.' }],
  run: rotate,
};

async function rotate({ args, flags, session, terminal }: Call): Promise<void> {
  if (args.length > 0) throw new UsageError('no arguments are expected');
  const client = await session.client();
  const answer = await client.object({
    method: 'POST',
    path: '/apis/auth.faktorz.io/v1/encryptionkeyrotations',
    query: { timeout: '1h' },
    body: {
      apiVersion: 'auth.faktorz.io/v1',
      kind: 'EncryptionKeyRotation',
      spec: { newKey: !flags.bool('keep-file') },
    },
  });
  const { keyId, resealed } = answer.status as { keyId: string; resealed: number };
  terminal.out(`everything is encrypted under key ${keyId} (${resealed} encrypted anew)\n`);
}
