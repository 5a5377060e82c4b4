import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataDirectory } from '../src/data-directory.js';
import { openSecrets } from '../src/secrets.js';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'faktorz-data-'));
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

describe('a data directory', () => {
  it('is for its owner alone', async () => {
    const data = await openDataDirectory(join(base, 'new'), '0.1.0');
    expect((await stat(data.path)).mode & 0o777).toBe(0o700);
  });

  it.each(['0.2.0', '0.1.1', '1.0.0', 'something else'])(
    'written by version %s is refused by 0.1.0',
    async (version) => {
      await writeFile(join(base, 'version'), version);
      await expect(openDataDirectory(base, '0.1.0')).rejects.toThrow(/was written by FaktorZ .* newer/);
    },
  );

  it('written by an older version is taken over', async () => {
    await writeFile(join(base, 'version'), '0.0.9');
    await openDataDirectory(base, '0.1.0');
    expect(await readFile(join(base, 'version'), 'utf8')).toBe('0.1.0\n');
  });

  it('is never made out of somebody else’s directory', async () => {
    await writeFile(join(base, 'thesis.txt'), '');
    await expect(openDataDirectory(base, '0.1.0')).rejects.toThrow('is no data directory of FaktorZ');
  });

  it('that cannot be made is named', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(openDataDirectory(join(base, 'file', 'data'), '0.1.0')).rejects.toThrow(
      /data directory .* cannot be used/,
    );
  });

  it('is not locked by a number that another program has now', async () => {
    await writeFile(join(base, 'version'), '0.1.0');
    await writeFile(join(base, 'launcher.pid'), '1\n');
    await expect(openDataDirectory(base, '0.1.0')).resolves.toBeDefined();
  });
});

describe('secrets', () => {
  it('are made once, and for their owner alone', async () => {
    await mkdir(base, { recursive: true });
    const first = await openSecrets(join(base, 'secrets'));
    const password = await first.password('postgres/auth');
    const { path, token } = await first.tokenFile('admin.token');
    expect(token).toMatch(/^sha256~[\w-]{43}$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const second = await openSecrets(join(base, 'secrets'));
    expect(await second.password('postgres/auth')).toBe(password);
    expect((await second.tokenFile('admin.token')).token).toBe(token);
    expect(await second.password('postgres/importer')).not.toBe(password);
  });
});
