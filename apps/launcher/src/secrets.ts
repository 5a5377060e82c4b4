import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was made up at the first start: passwords between our own processes, and files with keys. */
export interface Secrets {
  /** The password of this purpose, e.g. `postgres/tag_tracker`; made when asked for the first time. */
  password(purpose: string): Promise<string>;
  /** Path of a file (mode 0600) with 32 random bytes in base64. */
  keyFile(name: string): Promise<string>;
  /** Path of a file (mode 0600) with an access token, and the token. */
  tokenFile(name: string): Promise<{ path: string; token: string }>;
}

/** The secrets in `directory` (mode 0700). They are never written anywhere else but into configurations only we can read. */
export async function openSecrets(directory: string): Promise<Secrets> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const kept = async (name: string, make: () => string): Promise<{ path: string; text: string }> => {
    const path = join(directory, name);
    const known = await readFile(path, 'utf8').catch(() => '');
    if (known.trim() !== '') return { path, text: known.trim() };
    const text = make();
    await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
    return { path, text };
  };
  return {
    password: async (purpose) =>
      (await kept(`${purpose.replaceAll('/', '-')}.password`, () => randomBytes(24).toString('base64url'))).text,
    keyFile: async (name) => (await kept(name, () => randomBytes(32).toString('base64'))).path,
    tokenFile: async (name) => {
      // The form of OpenShift's access tokens: 256 random bits after the name of the hash they are kept under.
      const { path, text } = await kept(name, () => `sha256~${randomBytes(32).toString('base64url')}`);
      return { path, token: text };
    },
  };
}
